// The address of this machine at which other hosts reach it: the one it would speak to the control plane from. Where that is loopback, the
// control plane is on this machine, and it is the one it would speak to the world from, or else the first that is no bridge's.
import { createSocket } from 'node:dgram';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

/** Any address outside: nothing is sent there. */
const ELSEWHERE = '192.0.2.1';
const NOT_OURS = /^(lo|docker|br-|ls-|veth|virbr|cni|flannel)/;

/** @param server host name or address of the control plane */
export async function underlayAddress(server: string): Promise<string | undefined> {
  const towardsServer = await localAddress(server);
  if (towardsServer !== undefined && !towardsServer.startsWith('127.')) return towardsServer;
  return (await localAddress(ELSEWHERE)) ?? firstAddressOf(networkInterfaces());
}

export function firstAddressOf(interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>): string | undefined {
  for (const [name, list] of Object.entries(interfaces)) {
    if (NOT_OURS.test(name)) continue;
    for (const { family, internal, address } of list ?? []) if (family === 'IPv4' && !internal) return address;
  }
  return undefined;
}

/** Whether an address is one of this machine's. */
export function isOwnAddress(address: string): boolean {
  return address.startsWith('127.') || Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === address) === true);
}

/** A datagram socket that is connected sends nothing, but has chosen its address; undefined when there is no route. */
function localAddress(to: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (address: string | undefined): void => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => end(undefined));
    socket.connect(9, to, () => {
      const { address } = socket.address();
      end(address === '0.0.0.0' ? undefined : address);
    });
  });
}
