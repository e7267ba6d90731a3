// Redirects and fixed responses of a listener, each as a backend that answers by itself.
import type { Action } from '#model/load-balancer.ts';
import type { AnswerAction } from './render-outcomes.ts';

type Redirect = Extract<Action, { type: 'redirect' }>;
type FixedResponse = Extract<Action, { type: 'fixed-response' }>;

/** @param listenerProtocol and port of the listener, which `#{protocol}` and `#{port}` stand for */
export function renderAnswer({ backend, action }: AnswerAction, listener: { readonly protocol: string; readonly port: number }): string[] {
  const lines = action.type === 'redirect' ? redirectLines(action, listener) : fixedLines(action, answerFile(backend));
  return [`backend ${backend} from http`, ...lines];
}

function redirectLines(action: Redirect, listener: { readonly protocol: string; readonly port: number }): string[] {
  const parts: Readonly<Record<string, string>> = {
    host: '%[req.fhdr(host),host_only]',
    path: '%[path,regsub(^/,)]',
    port: String(listener.port),
    protocol: listener.protocol,
    query: '%[query]',
  };
  const fill = (text: string): string =>
    text.split(/(#\{(?:host|path|port|protocol|query)\})/).map((part) => (part.startsWith('#{') ? parts[part.slice(2, -1)]! : formatText(part))).join('');
  const protocol = fill(action.protocol).toLowerCase();
  const port = action.port === '#{port}' ? String(listener.port) : action.port;
  const isDefaultPort = (protocol === 'https' && port === '443') || (protocol === 'http' && port === '80');
  const path = fill(action.path.startsWith('/') ? action.path : `/${action.path}`);
  const query = action.query === '' ? '' : action.query === '#{query}' ? '%[var(txn.query)]' : `?${fill(action.query)}`;
  return [
    'http-request set-var-fmt(txn.query) ?%[query] if { query -m found } !{ query -m len 0 }',
    // Access logs have it, too.
    `http-request set-var-fmt(txn.redirect) "${protocol}://${fill(action.host)}${isDefaultPort && action.port !== port ? '' : `:${port}`}${path}${query}"`,
    `http-request redirect code ${action.statusCode.slice(5)} location %[var(txn.redirect)]`,
  ];
}

/** The body lies in a file: no character of it can mean anything to the configuration. A 204 has none, whatever was asked for. */
function fixedLines(action: FixedResponse, file: string): string[] {
  const type = (action.messageBody ?? '') === '' || action.statusCode === '204' ? '' : ` content-type "${formatText(action.contentType ?? 'text/plain')}" file ${file}`;
  return [`http-request return status ${action.statusCode}${type} hdr Server awselb/2.0`];
}

/** Where the body of a fixed response lies. */
export function answerFile(backend: string): string {
  return `answers/${backend}`;
}

/** Text inside double quotes that is a log format, too. */
export function formatText(text: string): string {
  return text.replace(/%/g, '%%').replace(/[\\"$]/g, (char) => `\\${char}`).replace(/\p{Cc}/gu, ' ');
}
