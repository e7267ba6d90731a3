// A line of an Application Load Balancer's access log out of what HAProxy noted (access-log.ts), field by field as "Access logs for
// your Application Load Balancer" has them. What no load balancer of ours knows is `-`, as there.
import { AccessRecord, AT } from './access-log-record.ts';
import { SHARP, writeRequest } from './access-log-request.ts';
import { LineWriter } from './line-writer.ts';

/** What HAProxy calls by short names. */
export interface AccessLogNames {
  /** Backend → target group ARN. */
  readonly groups: ReadonlyMap<string, string>;
  /** Serial number, as `plainSerial` writes it → certificate ARN. */
  readonly certificates: ReadonlyMap<string, string>;
}

/**
 * The lines of all records, each with its end; good until the next call.
 * @param records whole ones, each with its end; what is none is left out, as HAProxy's own notes go to the same place
 */
export type LineMaker = (records: Uint8Array, names: AccessLogNames) => Uint8Array;

/** More than a line has beside what its record has, two ARNs included. */
const OWN_BYTES = 8_192;
const [LINE_END, PERCENT] = [10, 0x25];

export function openLineMaker(): LineMaker {
  const [out, record] = [new LineWriter(), new AccessRecord()];
  return (records, names) => {
    const groupOf = remembered((key) => names.groups.get(key) ?? '-');
    const certificateOf = remembered((key) => names.certificates.get(plainSerial(key)) ?? '-');
    const writer: Writer = { out, record, timestamp: timestamps(out), groupOf, certificateOf };
    out.clear();
    for (let from = 0, to = records.indexOf(LINE_END); to >= 0; from = to + 1, to = records.indexOf(LINE_END, from)) {
      if (!record.read(records, from, to)) continue;
      out.reserve((to - from) * 8 + OWN_BYTES);
      writeLine(writer);
    }
    return out.written();
  };
}

/** Serial numbers are written in many ways. */
export function plainSerial(serial: string): string {
  return serial.replaceAll(':', '').toUpperCase().replace(/^0+/, '');
}

interface Writer {
  readonly out: LineWriter;
  readonly record: AccessRecord;
  readonly timestamp: (us: number) => void;
  readonly groupOf: Lookup;
  readonly certificateOf: Lookup;
}

function writeLine(writer: Writer): void {
  const { out, record, timestamp } = writer;
  const us = record.number(AT.us);
  out.text(record.type());
  out.text(' ');
  timestamp(us);
  out.text(' ');
  writeField(writer, AT.elb);
  writeField(writer, AT.client);
  writeOutcome(writer);
  writeField(writer, AT.received);
  writeField(writer, AT.sent);
  out.text('"');
  writeRequest(out, record);
  out.text('" "');
  writeHeader(writer, 1);
  out.text('" ');
  writeNames(writer);
  const priority = record.priorityEnd();
  if (priority < 0) out.text('-1');
  else out.copy(record.bytes, record.start(AT.outcome), priority);
  out.text(' ');
  timestamp(us - Math.max(0, record.number(AT.active)) * 1000);
  out.text(' "');
  out.text(record.action());
  out.text('" "');
  out.escaped(record.bytes, record.start(AT.redirect), record.end(AT.redirect), PERCENT);
  out.text('" "-" "');
  writeTarget(writer);
  out.text('" "');
  writeTargetStatus(writer);
  out.text('" "-" "-" -\n');
}

/** Target, times, and both status codes. */
function writeOutcome(writer: Writer): void {
  const { out, record } = writer;
  writeTarget(writer);
  if (record.isReached()) {
    writeSeconds(out, record.sum(AT.request, AT.connect));
    writeSeconds(out, record.number(AT.response));
    out.text(record.isAnswered() ? ' 0.000 ' : ' -1 ');
  } else out.text(' -1 -1 -1 ');
  if (record.number(AT.status) > 0) writeField(writer, AT.status);
  else out.text(record.isLeft() ? '460 ' : '- ');
  writeTargetStatus(writer);
  out.text(' ');
}

/** What TLS was agreed on, target group, trace id, and whom the client wanted. */
function writeNames(writer: Writer): void {
  const { out, record, groupOf, certificateOf } = writer;
  if (record.isSecure) {
    writeField(writer, AT.cipher);
    writeField(writer, AT.version);
  } else out.text('- - ');
  out.text(groupOf(record.bytes, record.start(AT.backend), record.end(AT.backend)));
  out.text(' "');
  writeHeader(writer, 2);
  out.text('" "');
  if (record.isSecure) {
    out.escaped(record.bytes, record.start(AT.sni), record.end(AT.sni), PERCENT);
    out.text('" "');
    out.text(certificateOf(record.bytes, record.start(AT.serial), record.end(AT.serial)));
  } else out.text('-" "-');
  out.text('" ');
}

function writeField({ out, record }: Writer, field: number): void {
  out.copy(record.bytes, record.start(field), record.end(field));
  out.text(' ');
}

function writeHeader({ out, record }: Writer, header: number): void {
  const [from, to] = [record.headerStart(header), record.headerEnd(header)];
  if (to > from) out.escaped(record.bytes, from, to, SHARP);
  else out.text('-');
}

function writeTarget({ out, record }: Writer): void {
  if (record.isReached()) out.copy(record.bytes, record.targetStart(), record.end(AT.target));
  else out.text('-');
}

function writeTargetStatus({ out, record }: Writer): void {
  if (record.isReached() && record.isAnswered()) out.copy(record.bytes, record.start(AT.status), record.end(AT.status));
  else out.text('-');
}

function writeSeconds(out: LineWriter, ms: number): void {
  out.text(' ');
  if (ms < 0) return out.text('-1');
  const whole = Math.floor(ms / 1000);
  out.text(whole === 0 ? '0' : String(whole));
  out.text('.');
  out.digits(ms - whole * 1000, 3);
}

/** Most of the times written together are of one second. */
function timestamps(out: LineWriter): (us: number) => void {
  let [known, text] = [-1, ''];
  return (us) => {
    const second = Math.floor(us / 1_000_000);
    if (second !== known) [known, text] = [second, new Date(second * 1000).toISOString().slice(0, 20)];
    out.text(text);
    out.digits(us - second * 1_000_000, 6);
    out.text('Z');
  };
}

type Lookup = (bytes: Uint8Array, from: number, to: number) => string;

/** Most records in a row ask for the same. */
function remembered(find: (key: string) => string): Lookup {
  let [key, found] = [new Uint8Array(0), find('')];
  return (bytes, from, to) => {
    let isSame = key.length === to - from;
    for (let i = 0; isSame && i < key.length; i++) isSame = key[i] === bytes[from + i];
    if (isSame) return found;
    key = bytes.slice(from, to);
    found = find(String.fromCharCode(...key));
    return found;
  };
}
