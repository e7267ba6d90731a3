// One listener as a HAProxy frontend.
import { captureLines, isLogged, renderAccessLog } from './access-log.ts';
import type { Bind } from './binds.ts';
import type { ListenerInput, MapEntry } from './input.ts';
import { groupBackend, listenerFrontend, shortId } from './names.ts';
import { answerFile, renderAnswer } from './render-answer.ts';
import { requestHeaderLines, responseHeaderLines } from './render-headers.ts';
import { NOWHERE } from './render-outcomes.ts';
import { renderRules } from './render-rules.ts';

export interface RenderedListener {
  readonly lines: readonly string[];
  /** Backends of redirects and fixed responses. */
  readonly backends: readonly string[];
  readonly maps: ReadonlyMap<string, readonly MapEntry[]>;
  readonly files: ReadonlyMap<string, string>;
}

/** How long a connection of this listener may be silent, on either side of it. */
export function idleSeconds({ listener, loadBalancer }: ListenerInput): number {
  if (loadBalancer.type === 'network') return Number(listener.attributes['tcp.idle_timeout.seconds'] ?? 350);
  return Number(loadBalancer.attributes['idle_timeout.timeout_seconds'] ?? 60);
}

/** @param binds where it listens; none when all of them are taken by other programs */
export function renderListener(input: ListenerInput, binds: readonly Bind[]): RenderedListener {
  const { listener } = input;
  return listener.protocol === 'HTTP' || listener.protocol === 'HTTPS' ? renderHttp(input, binds) : renderTcp(input, binds);
}

function renderHttp(input: ListenerInput, binds: readonly Bind[]): RenderedListener {
  const { listener, loadBalancer } = input;
  const rules = renderRules(input);
  const logged = isLogged(input);
  const answers = rules.answers.flatMap((answer) => renderAnswer(answer, listener));
  const files = new Map(certificateFiles(input));
  for (const { backend, action } of rules.answers) if (action.type === 'fixed-response') files.set(answerFile(backend), action.messageBody ?? '');
  const idle = idleSeconds(input);
  const keepAlive = Number(loadBalancer.attributes['client_keep_alive.seconds'] ?? 3600);
  const lines = [
    `frontend ${listenerFrontend(listener.arn)} from http`,
    ...binds.map((bind) => bindLine(bind, input)),
    `timeout client ${idle}s`,
    `timeout http-keep-alive ${Math.min(idle, keepAlive)}s`,
    ...requestHeaderLines(input),
    ...responseHeaderLines(input),
    ...(logged ? captureLines() : []),
    ...rules.lines,
    ...(logged ? renderAccessLog(input) : []),
    `use_backend %[${rules.backend}]`,
    `default_backend ${NOWHERE}`,
  ];
  return { lines, backends: answers, maps: rules.maps, files };
}

function bindLine({ at, isForeign }: Bind, { listener, loadBalancer, certificates }: ListenerInput): string {
  const bind = `bind ${at}${isForeign ? ' transparent' : ''}`;
  if (listener.protocol !== 'HTTPS' && listener.protocol !== 'TLS') return bind;
  const [first, ...others] = certificates;
  // HAProxy takes the first certificate where no name fits, as ALB does its default certificate.
  const crt = first === undefined ? '' : ` crt ${certificateFile(listener.arn, 0)}${others.map((_, at) => ` crt ${certificateFile(listener.arn, at + 1)}`).join('')}`;
  const alpn = listener.protocol === 'TLS' ? alpnOf(listener.alpnPolicy) : loadBalancer.attributes['routing.http2.enabled'] === 'false' ? ' alpn http/1.1' : ' alpn h2,http/1.1';
  return `${bind} ssl${crt} ssl-min-ver ${minimumVersion(listener.sslPolicy)}${alpn}`;
}

function alpnOf(policy: string | undefined): string {
  const names: Readonly<Record<string, string>> = { HTTP1Only: 'http/1.1', HTTP2Only: 'h2', HTTP2Optional: 'http/1.1,h2', HTTP2Preferred: 'h2,http/1.1' };
  const list = names[policy ?? ''];
  return list === undefined ? '' : ` alpn ${list}`;
}

function minimumVersion(policy = ''): string {
  if (policy.includes('TLS13-1-3')) return 'TLSv1.3';
  return policy.includes('TLS13-1-2') || policy.includes('TLS-1-2') ? 'TLSv1.2' : 'TLSv1.2';
}

function certificateFile(listenerArn: string, position: number): string {
  return `certificates/${shortId(listenerArn)}-${position}.pem`;
}

function certificateFiles({ listener, certificates }: ListenerInput): [string, string][] {
  return certificates.map((c, at) => [certificateFile(listener.arn, at), [c.certificate, c.chain ?? '', c.privateKey].map((pem) => pem.trim()).filter(Boolean).join('\n') + '\n']);
}

function renderTcp(input: ListenerInput, binds: readonly Bind[]): RenderedListener {
  const { listener } = input;
  const action = listener.defaultActions.find((one) => one.type === 'forward');
  const group = action?.targets[0];
  const backend = group === undefined ? NOWHERE : groupBackend(group.targetGroupArn);
  const idle = idleSeconds(input);
  const lines = [`frontend ${listenerFrontend(listener.arn)} from tcp`, ...binds.map((bind) => bindLine(bind, input)), `timeout client ${idle}s`, `default_backend ${backend}`];
  return { lines, backends: [], maps: new Map(), files: new Map(certificateFiles(input)) };
}
