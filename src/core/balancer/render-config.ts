// The whole of HAProxy's configuration. Three parts, by what a change of them costs: the structure needs a reload, maps go through
// the runtime socket, and servers, too; a file with all three lies on disk so that a restart brings back what ran.
import type { Action } from '#model/load-balancer.ts';
import { LOG_LINE_BYTES, LOG_URI_BYTES } from './access-log.ts';
import { bindsOfListeners } from './binds.ts';
import { errorPages, errorSection } from './error-pages.ts';
import type { BalancerInput, MapEntry, Rendered } from './input.ts';
import { renderGroup } from './render-group.ts';
import { idleSeconds, renderListener } from './render-listener.ts';
import { NOWHERE } from './render-outcomes.ts';
import { renderShared } from './render-shared.ts';

/** Settings that no row decides. */
const GLOBAL = [
  'global',
  `log stdout len ${LOG_LINE_BYTES} format raw local0`,
  `tune.http.logurilen ${LOG_URI_BYTES}`,
  'default-path config',
  'server-state-file servers.state',
  // An old worker keeps its open connections as long as the longest deregistration delay.
  'hard-stop-after 3600s',
  'tune.ssl.default-dh-param 2048',
  'ssl-default-bind-options no-sslv3 no-tlsv10 no-tlsv11',
];

const COMMON = ['timeout connect 5s', 'timeout client 60s', 'timeout server 60s', 'timeout queue 60s', 'load-server-state-from-file global', 'option redispatch 1', 'retries 3'];

const TCP_DEFAULTS = ['defaults tcp', 'mode tcp', ...COMMON];

const HTTP_DEFAULTS = [
  'defaults http',
  'mode http',
  ...COMMON,
  'timeout http-request 60s',
  'errorfiles alb',
  'option dontlognull',
  // A client's idle connection is told to close by its next answer: closed at once, it would meet a request on its way.
  'option idle-close-on-response',
  'retry-on conn-failure empty-response',
  'http-reuse safe',
];

export function renderBalancer(input: BalancerInput): Rendered {
  const maps = new Map<string, readonly MapEntry[]>();
  const files = new Map(errorPages());
  const binds = bindsOfListeners(input);
  const frontends: string[] = [];
  const backends: string[] = [`backend ${NOWHERE} from http`];
  for (const listener of input.listeners) {
    const rendered = renderListener(listener, binds.get(listener.listener.arn) ?? []);
    frontends.push(...rendered.lines);
    backends.push(...rendered.backends);
    for (const [name, entries] of rendered.maps) maps.set(name, entries);
    for (const [path, content] of rendered.files) files.set(path, content);
  }
  const shared = renderShared(input);
  for (const [name, entries] of shared.maps) maps.set(name, entries);
  for (const group of input.groups) backends.push(...renderGroup(group, idleOf(input, group.arn)));
  const structure = [...GLOBAL, ...errorSection(), ...TCP_DEFAULTS, ...HTTP_DEFAULTS, ...frontends, ...shared.lines, ...backends].join('\n');
  // HAProxy knows only maps that its configuration mentions.
  const mentioned = new Set([...structure.matchAll(/maps\/([\w-]+)/g)].map((match) => match[1]!));
  return { structure, maps: new Map([...maps].filter(([name]) => mentioned.has(name))), files };
}

/** A group belongs to one load balancer, perhaps to several of its listeners. */
function idleOf({ listeners }: BalancerInput, groupArn: string): number {
  const uses = (actions: readonly Action[]): boolean => actions.some((action) => action.type === 'forward' && action.targets.some((target) => target.targetGroupArn === groupArn));
  const own = listeners.filter(({ listener, rules }) => uses(listener.defaultActions) || rules.some((rule) => uses(rule.actions)));
  return own.length === 0 ? 60 : Math.max(...own.map(idleSeconds));
}

/**
 * The file on disk.
 * @param identity of structure and files: told again by the running process, so that it can be recognised
 * @param servers lines per backend
 */
export function renderFile(structure: string, identity: string, servers: (backend: string) => readonly string[]): string {
  return structure
    .split('\n')
    .flatMap((line) => {
      if (line === 'global') return [line, `description ${identity}`];
      return line.startsWith('@servers ') ? servers(line.slice('@servers '.length)) : [line];
    })
    .map((line) => (/^(global|defaults|frontend|backend|http-errors)\b/.test(line) ? `\n${line}` : `  ${line}`))
    .join('\n')
    .concat('\n');
}
