// The names under elb.localhost. Clients resolve them all to 127.0.0.1, so one frontend per port listens there and passes a
// connection on to the load balancer that its first request names: by Host, or by SNI when it begins with TLS.
//
// It passes bytes, not requests: the listener behind sees the connection as the client made it, from 127.0.0.1, and all of its
// keep-alive, TLS and rules are its own.
import type { BalancerInput, ListenerInput, MapEntry } from './input.ts';
import { FETCH } from './render-classes.ts';

export const SHARED_ADDRESS = '127.0.0.1';
const NAMES_MAP = 'names';

export interface RenderedShared {
  readonly lines: readonly string[];
  readonly maps: ReadonlyMap<string, readonly MapEntry[]>;
}

/** Ports that want 127.0.0.1, ascending. */
export function sharedPorts(listeners: readonly ListenerInput[]): number[] {
  return [...new Set(listeners.map(({ listener }) => listener.port))].sort((a, b) => a - b);
}

export function renderShared({ listeners, unavailable }: BalancerInput): RenderedShared {
  const ports = sharedPorts(listeners).filter((port) => !unavailable.has(`${SHARED_ADDRESS}:${port}`));
  const lines = ports.flatMap((port) => sharedFrontend(port, listeners.filter(({ listener }) => listener.port === port)));
  if (ports.length > 0) lines.push('backend elb-localhost from tcp', 'timeout server 4000s', 'server listener 0.0.0.0:0');
  return { lines, maps: new Map([[NAMES_MAP, nameEntries(listeners)]]) };
}

function sharedFrontend(port: number, listeners: readonly ListenerInput[]): string[] {
  const head = [`frontend localhost-${port} from tcp`, `bind ${SHARED_ADDRESS}:${port}`, 'timeout client 4000s'];
  const tcp = listeners.find(({ listener }) => listener.protocol === 'TCP');
  // Plain TCP tells no name: the port belongs to one load balancer then.
  if (tcp !== undefined) return [...head, `tcp-request content set-dst str(${tcp.loadBalancer.hostAddress})`, 'default_backend elb-localhost'];
  const lookUp = `map_str_ip(maps/${NAMES_MAP},127.128.0.0)`;
  return [
    ...head,
    'tcp-request inspect-delay 60s',
    `tcp-request content set-dst req.ssl_sni,lower,${lookUp} if { req.ssl_hello_type 1 }`,
    'tcp-request content accept if { req.ssl_hello_type 1 } { req.ssl_sni -m found }',
    `tcp-request content set-dst ${FETCH.host},${lookUp} if HTTP`,
    'tcp-request content accept if HTTP { req.hdr(host) -m found }',
    // Without a name the destination is still this very frontend: passed on, the connection would come back, again and again.
    'tcp-request content reject',
    'default_backend elb-localhost',
  ];
}

/** The DNS name, and `<name>.elb.localhost` for short, which belongs to the oldest load balancer of that name. */
function nameEntries(listeners: readonly ListenerInput[]): MapEntry[] {
  const entries = new Map<string, string>();
  for (const { loadBalancer } of listeners) entries.set(loadBalancer.dnsName.toLowerCase(), loadBalancer.hostAddress);
  for (const { loadBalancer } of listeners) {
    const short = `${loadBalancer.name.toLowerCase()}.elb.localhost`;
    if (!entries.has(short)) entries.set(short, loadBalancer.hostAddress);
  }
  return [...entries];
}
