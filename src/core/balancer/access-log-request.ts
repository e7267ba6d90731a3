// The part of an access log's line that tells what was asked: method, URL in full, version.
import { AT, type AccessRecord } from './access-log-record.ts';
import type { LineWriter } from './line-writer.ts';

/** HAProxy writes characters that are not plain as `#` and two digits in hex, `#` itself included. */
export const SHARP = 0x23;
const [SPACE, PERCENT, SLASH, ZERO, NINE, COLON] = [0x20, 0x25, 0x2f, 0x30, 0x39, 0x3a];

/** `GET http://host:port/path HTTP/1.1`, without anything that would end the field. */
export function writeRequest(out: LineWriter, record: AccessRecord): void {
  const { bytes, request, to } = record;
  const first = bytes.indexOf(SPACE, request);
  const last = bytes.lastIndexOf(SPACE, to - 1);
  const isRequest = first > request && last > first;
  if (isRequest) out.escaped(bytes, request, first);
  else out.text('-');
  out.text(' ');
  writeOrigin(out, record);
  if (isRequest) writeUri(out, bytes, first + 1, last);
  else out.text('-');
  out.text(' ');
  if (isRequest) out.escaped(bytes, last + 1, to);
  else out.text('-');
}

/** The listener is `<scheme>:<port>`; a port that the client named is not repeated. */
function writeOrigin(out: LineWriter, record: AccessRecord): void {
  const { bytes } = record;
  const [from, end] = [record.start(AT.listener), record.end(AT.listener)];
  const colon = bytes.indexOf(COLON, from);
  const host = record.headerStart(0);
  const hostEnd = behindPort(bytes, host, record.headerEnd(0));
  out.escaped(bytes, from, colon);
  out.text('://');
  if (hostEnd > host) out.escaped(bytes, host, hostEnd, SHARP);
  else out.text('-');
  out.escaped(bytes, colon, end);
}

/** Where a host ends, its port left out. */
function behindPort(bytes: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && bytes[at - 1]! >= ZERO && bytes[at - 1]! <= NINE) at -= 1;
  return at < to && at > from && bytes[at - 1] === COLON ? at - 1 : to;
}

/** Encoded as URIs are. Requests of HTTP/2 name scheme and host in their target, which are left out. */
function writeUri(out: LineWriter, bytes: Uint8Array, from: number, to: number): void {
  const start = bytes[from] === SLASH ? from : from + originLength(String.fromCharCode(...bytes.subarray(from, to)));
  for (let at = start; at < to; at++) out.safe(bytes[at] === SHARP ? PERCENT : bytes[at]!);
}

function originLength(uri: string): number {
  return /^https?:\/\/[^/?]*/i.exec(uri)?.[0].length ?? 0;
}
