// 169.254.170.2 on this host. The address is on the loopback interface: whatever a container sends there goes to its gateway, which is
// this host, and so arrives without another network. Port 80 of it is turned to the agent's own port, as Amazon's agent does, so that port
// 80 of the host stays free for tasks that publish it.
import { execFile } from 'node:child_process';
import { networkInterfaces } from 'node:os';

export const ADDRESS = '169.254.170.2';
/** Amazon's agent serves credentials there. */
export const PORT = 51_679;

/** Rejects with what the command said. */
export type RunCommand = (file: string, args: readonly string[]) => Promise<void>;

export const runCommand: RunCommand = (file, args) =>
  new Promise((resolve, reject) => {
    execFile(file, args, { timeout: 10_000 }, (error, _, stderr) => (error === null ? resolve() : reject(new Error(`${file} ${args.join(' ')}: ${stderr.trim() || error.message}`))));
  });

/** Idempotent. Needs root and iproute2. */
export async function ensureAddress(run: RunCommand): Promise<void> {
  if (isOwnAddress(ADDRESS)) return;
  await run('ip', ['address', 'replace', `${ADDRESS}/32`, 'dev', 'lo']);
}

/** Requests from containers (PREROUTING) and from the host itself (OUTPUT), before Docker's rules for published ports. Idempotent. */
export async function ensureRedirect(run: RunCommand): Promise<void> {
  for (const chain of ['PREROUTING', 'OUTPUT']) {
    const rule = [chain, '-d', `${ADDRESS}/32`, '-p', 'tcp', '-m', 'tcp', '--dport', '80', '-j', 'DNAT', '--to-destination', `${ADDRESS}:${PORT}`];
    const there = await run('iptables', ['-w', '-t', 'nat', '-C', ...rule]).then(() => true, () => false);
    if (!there) await run('iptables', ['-w', '-t', 'nat', '-I', ...rule]);
  }
}

export function isOwnAddress(address: string): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === address));
}
