// A line of an Application Load Balancer's access log out of what HAProxy noted (access-log.ts), field by field as "Access logs for
// your Application Load Balancer" has them. What no load balancer of ours knows is `-`, as there.

/** What HAProxy calls by short names. */
export interface AccessLogNames {
  /** Backend → target group ARN. */
  readonly groups: ReadonlyMap<string, string>;
  /** Serial number, as `plainSerial` writes it → certificate ARN. */
  readonly certificates: ReadonlyMap<string, string>;
}

/** What stands at which place of a record, up to the headers; four more fields come between them with TLS. */
const AT = { us: 0, elb: 1, listener: 2, client: 3, backend: 4, target: 5, active: 6, request: 7, queue: 8, connect: 9, response: 10, end: 11, status: 12, received: 13, sent: 14, outcome: 15, redirect: 16, cipher: 17, version: 18, sni: 19, serial: 20 } as const;
const PLAIN_FIELDS = 17;
const TLS_FIELDS = 21;

/**
 * The lines of all records of a text, each with its end.
 * @param text whole records, each with its end; what is none is left out, as HAProxy's own notes go to the same place
 */
export function accessLogLines(text: string, names: AccessLogNames): string {
  const timestamp = timestamps();
  let lines = '';
  for (let from = 0, to = text.indexOf('\n'); to >= 0; from = to + 1, to = text.indexOf('\n', from)) lines += accessLogLine(withoutHole(text.slice(from, to)), names, timestamp);
  return lines;
}

/** A file that was made empty under its writer has zeros where it was before. */
function withoutHole(record: string): string {
  return record.charCodeAt(0) === 0 ? record.slice(record.lastIndexOf('\0') + 1) : record;
}

function accessLogLine(record: string, names: AccessLogNames, timestamp: Timestamp): string {
  const open = record.indexOf(' {');
  const close = record.indexOf('} ', open);
  const fields = record.slice(0, open).split(' ');
  const headers = record.slice(open + 2, close).split('|');
  if (open < 0 || close < 0 || headers.length !== 3 || (fields.length !== PLAIN_FIELDS && fields.length !== TLS_FIELDS)) return '';
  const target = fields[AT.target]!;
  const reached = target.charCodeAt(0) !== LESS_THAN && target !== '-:-';
  const end = fields[AT.end]!;
  // From a target, unless the load balancer answered before the target's answer began.
  const targetStatus = reached && '-DL'.includes(end[1] ?? ' ') ? fields[AT.status]! : '-';
  const [shown, shownStatus] = reached ? [target, targetStatus] : ['-', '-'];
  const listener = fields[AT.listener]!;
  const secure = fields.length === TLS_FIELDS;
  const { method, uri, version } = requestOf(record.slice(close + 2));
  const us = Number(fields[AT.us]);
  if (!Number.isSafeInteger(us)) return '';
  const times = reached
    ? `${secondsOf(Number(fields[AT.request]), Number(fields[AT.queue]), Number(fields[AT.connect]))} ${secondsOf(Number(fields[AT.response]))} ${targetStatus === '-' ? '-1' : '0.000'}`
    : '-1 -1 -1';
  const tls = secure ? `${fields[AT.cipher]} ${fields[AT.version]}` : '- -';
  const name = secure ? `${quoted(decode(fields[AT.sni]!.replaceAll('%', '#')))} ${quoted(names.certificates.get(plainSerial(fields[AT.serial]!)) ?? '-')}` : '"-" "-"';
  const colon = listener.indexOf(':');
  const url = `${listener.slice(0, colon)}://${hostOf(headers[0]!)}${listener.slice(colon)}${uri}`;
  return (
    `${typeOf(secure, fields[AT.status]!, version)} ${timestamp(us)} ${fields[AT.elb]} ${fields[AT.client]} ${shown} ${times} ` +
    `${statusOf(fields[AT.status]!, end)} ${targetStatus} ${fields[AT.received]} ${fields[AT.sent]} ${quoted(`${method} ${url} ${version}`)} ${quoted(decode(headers[1]!) || '-')} ` +
    `${tls} ${names.groups.get(fields[AT.backend]!) ?? '-'} ${quoted(decode(headers[2]!) || '-')} ${name} ${priorityOf(fields[AT.outcome]!)} ` +
    `${timestamp(us - Math.max(0, Number(fields[AT.active])) * 1000)} "${actionOf(fields)}" ${quoted(fields[AT.redirect]!)} "-" "${shown}" "${shownStatus}" "-" "-" -\n`
  );
}

/** Serial numbers are written in many ways. */
export function plainSerial(serial: string): string {
  return serial.replaceAll(':', '').toUpperCase().replace(/^0+/, '');
}

/** HAProxy writes `<NOSRV>` for a target that was none. */
const LESS_THAN = '<'.charCodeAt(0);

function requestOf(line: string): { readonly method: string; readonly uri: string; readonly version: string } {
  const [first, last] = [line.indexOf(' '), line.lastIndexOf(' ')];
  if (first < 1 || last <= first) return { method: '-', uri: '-', version: '-' };
  const uri = line.slice(first + 1, last).replaceAll('#', '%');
  // Requests of HTTP/2 name scheme and host in their target.
  return { method: line.slice(0, first), uri: uri.startsWith('/') ? uri : uri.replace(/^https?:\/\/[^/?]*/i, ''), version: line.slice(last + 1) };
}

function typeOf(secure: boolean, status: string, version: string): string {
  if (status === '101') return secure ? 'wss' : 'ws';
  if (!secure) return 'http';
  return version.startsWith('HTTP/2') ? 'h2' : 'https';
}

/** A client that went away before an answer began: 460. */
function statusOf(status: string, end: string): string {
  if (Number(status) > 0) return status;
  return end.startsWith('C') || end.startsWith('c') ? '460' : '-';
}

function hostOf(text: string): string {
  const host = decode(text);
  return (host.includes(':') ? host.replace(/:\d+$/, '') : host) || '-';
}

/** 0 for the default actions, -1 where rules were not asked. */
function priorityOf(outcome: string): string {
  const slash = outcome.indexOf('/');
  return slash < 0 ? '-1' : outcome.slice(0, slash);
}

function actionOf(fields: readonly string[]): string {
  if (fields[AT.outcome] === '-') return '-';
  if (!fields[AT.backend]!.startsWith('act-')) return 'forward';
  return fields[AT.redirect] === '-' ? 'fixed-response' : 'redirect';
}

/** -1 when one of them did not end. */
function secondsOf(...ms: readonly number[]): string {
  const total = ms.reduce((sum, one) => (sum < 0 || one < 0 ? -1 : sum + one), 0);
  if (total < 0) return '-1';
  return total === 0 ? '0.000' : `${Math.floor(total / 1000)}.${String(total % 1000).padStart(3, '0')}`;
}

type Timestamp = (us: number) => string;

/** Most of the times written together are of one second. */
function timestamps(): Timestamp {
  let [known, text] = [-1, ''];
  return (us) => {
    const second = Math.floor(us / 1_000_000);
    if (second !== known) [known, text] = [second, new Date(second * 1000).toISOString().slice(0, 20)];
    return `${text}${String(us - second * 1_000_000).padStart(6, '0')}Z`;
  };
}

/** HAProxy writes characters that are not plain as `#` and two digits in hex, `#` itself included. */
function decode(text: string): string {
  return text.includes('#') ? text.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) : text;
}

/** Nothing inside ends the field or the line. */
function quoted(text: string): string {
  return UNSAFE.test(text) ? `"${text.replace(ALL_UNSAFE, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)}"` : `"${text}"`;
}

const UNSAFE = /[^\x20!#-[\]-~\x80-\uffff]/;
const ALL_UNSAFE = new RegExp(UNSAFE, 'g');
