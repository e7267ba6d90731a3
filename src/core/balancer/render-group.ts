// A target group as a HAProxy backend, and a target as the arguments of its server line.
import type { Target, TargetGroup } from '#model/load-balancer.ts';
import { groupBackend, serverName } from './names.ts';

export const CHECK_AGENT = 'ELB-HealthChecker/2.0';

/**
 * The backend of a group. While all targets are unhealthy every one is in it a second time, without health checks: backup servers
 * get requests when no other server is left, and only then.
 * @param idleSeconds of the load balancer it belongs to
 */
export function renderGroup(group: TargetGroup, idleSeconds: number): string[] {
  const backend = groupBackend(group.arn);
  const mode = isHttpGroup(group) ? 'http' : 'tcp';
  return [
    `backend ${backend} from ${mode}`,
    `timeout server ${idleSeconds}s`,
    'option allbackups',
    ...commonLines(group),
    ...checkLines(group),
    // A server is made with the settings of its health checks: others need new servers, so they belong to the structure.
    `# each server: ${serverArguments(group, { address: 'address', port: 0 })}`,
    `@servers ${backend}`,
  ];
}

export function isHttpGroup(group: Pick<TargetGroup, 'protocol'>): boolean {
  return group.protocol === 'HTTP' || group.protocol === 'HTTPS';
}

function commonLines(group: TargetGroup): string[] {
  const { attributes } = group;
  const algorithm = attributes['load_balancing.algorithm.type'] ?? 'round_robin';
  const lines = [`balance ${algorithm === 'least_outstanding_requests' ? 'leastconn' : isHttpGroup(group) ? 'roundrobin' : 'leastconn'}`];
  if (!isHttpGroup(group)) {
    const sticky = attributes['stickiness.enabled'] === 'true' && attributes['stickiness.type'] === 'source_ip';
    return sticky ? ['balance source', 'hash-type consistent'] : lines;
  }
  return [...lines, ...stickinessLines(attributes)];
}

/**
 * The cookie holds the server's name: it counts while that target takes requests, and is set anew when another answered. Scripts of other
 * sites get a second one, as browsers keep the first to itself.
 */
function stickinessLines(attributes: Readonly<Record<string, string>>): string[] {
  if (attributes['stickiness.enabled'] !== 'true') return [];
  const application = attributes['stickiness.type'] === 'app_cookie';
  const cookie = application ? 'AWSALBAPP-0' : 'AWSALB';
  const seconds = Number(attributes[application ? 'stickiness.app_cookie.duration_seconds' : 'stickiness.lb_cookie.duration_seconds'] ?? 86_400);
  const use = (name: string): string => `use-server %[req.cook(${name}),b64dec] if { req.cook(${name}) -m found }`;
  const lines = [use(cookie)];
  const set = `http-response add-header Set-Cookie "${cookie}=%[srv_name,base64]; Max-Age=${seconds}; Path=/"`;
  if (!application) return [...lines, use('AWSALBCORS'), set, `http-response add-header Set-Cookie "AWSALBCORS=%[srv_name,base64]; Max-Age=${seconds}; Path=/; SameSite=None; Secure"`];
  const name = fetchArgument(attributes['stickiness.app_cookie.cookie_name'] ?? '');
  return [`http-request set-var(txn.app) "req.cook(${name})"`, ...lines, `${set} if { "res.cook(${name})" -m found } || { var(txn.app) -m found }`];
}

/** The argument of a sample fetch that stands in double quotes: it is taken apart twice, and quotes and `#` mean something each time. */
function fetchArgument(name: string): string {
  return `\\"${name.replaceAll('$', '\\$')}\\"`;
}

function checkLines(group: TargetGroup): string[] {
  const check = group.healthCheck;
  const lines = [`timeout check ${check.timeoutSeconds}s`];
  if (check.protocol !== 'HTTP' && check.protocol !== 'HTTPS') return lines;
  // HAProxy 2.6 gets no answer to a check over HTTP/2 and TLS: from the second check on, the TLS handshake has to do.
  if (check.protocol === 'HTTPS' && isH2Group(group)) return lines;
  const path = escapeArgument(check.path ?? '/');
  // The target's own address and port, which are its name here: applications that mind their Host are set up for that.
  const host = check.port === 'traffic-port' ? '%[srv_name]' : `%[srv_name,field(1,:)]:${check.port}`;
  return [
    ...lines,
    'option httpchk',
    `http-check send meth GET uri ${path} ver HTTP/1.1 hdr Host ${host} hdr User-Agent ${CHECK_AGENT} hdr Connection close`,
    `http-check expect status ${check.matcher ?? '200'}`,
  ];
}

/** A word of the configuration in which nothing but its characters counts. */
export function escapeArgument(text: string): string {
  return text.replace(/[\\ "'#$%]/g, (char) => (char === '%' ? '%' : `\\${char}`));
}

/** Arguments of `server` and `add server` behind the name, address first. The same for both, so that a restart brings back what ran. */
export function serverArguments(group: TargetGroup, target: Pick<Target, 'address' | 'port'>, startsSlowly = true): string {
  const check = group.healthCheck;
  const words = [serverName(target), ...transport(group), 'check', `inter ${check.intervalSeconds}s`, `rise ${check.healthyThreshold}`, `fall ${check.unhealthyThreshold}`];
  if (check.port !== 'traffic-port') words.push(`port ${check.port}`);
  const secure = isSecure(group);
  // Spelled out: a server that is added at run time would be checked in clear text, whatever it speaks.
  if (check.protocol === 'HTTPS') words.push(secure ? 'check-ssl' : 'check-ssl verify none');
  if (check.protocol !== 'HTTPS' && check.protocol !== 'TLS' && secure) words.push('no-check-ssl');
  const slowStart = Number(group.attributes['slow_start.duration_seconds'] ?? 0);
  if (slowStart > 0 && startsSlowly) words.push(`slowstart ${slowStart}s`);
  return words.join(' ');
}

/** The same without health checks. */
export function uncheckedServerArguments(group: TargetGroup, target: Pick<Target, 'address' | 'port'>): string {
  return [serverName(target), ...transport(group)].join(' ');
}

/** For while all targets are unhealthy. */
export function openServerArguments(group: TargetGroup, target: Pick<Target, 'address' | 'port'>): string {
  return `${uncheckedServerArguments(group, target)} backup`;
}

/** Its targets speak HTTP/2 from the first byte, or by ALPN. */
export function isH2Group(group: Pick<TargetGroup, 'protocolVersion'>): boolean {
  return group.protocolVersion === 'HTTP2' || group.protocolVersion === 'GRPC';
}

function isSecure(group: TargetGroup): boolean {
  return group.protocol === 'HTTPS' || group.protocol === 'TLS';
}

/** HAProxy 2.6 gives servers that are added at run time no pool of idle connections unless all of it is spelled out. */
const POOL = 'pool-low-conn 0 pool-max-conn -1 pool-purge-delay 5s';

function transport(group: TargetGroup): string[] {
  const words: string[] = isHttpGroup(group) ? [POOL] : [];
  if (isSecure(group)) words.push(`ssl verify none${isH2Group(group) ? ' alpn h2' : ''}`);
  if (isH2Group(group)) words.push('proto h2');
  if (group.attributes['proxy_protocol_v2.enabled'] === 'true') words.push('send-proxy-v2');
  return words;
}
