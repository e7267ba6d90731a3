// A record of HAProxy (access-log.ts) as bytes: where its fields are, and what follows from them.

/** What stands at which place of a record, up to the headers; the last four are there with TLS. */
export const AT = { us: 0, elb: 1, listener: 2, client: 3, backend: 4, target: 5, active: 6, request: 7, queue: 8, connect: 9, response: 10, end: 11, status: 12, received: 13, sent: 14, outcome: 15, redirect: 16, cipher: 17, version: 18, sni: 19, serial: 20 } as const;
const PLAIN_FIELDS = 17;
const TLS_FIELDS = 21;
/** Host, user agent, trace id. */
const HEADERS = 3;

const [SPACE, MINUS, SLASH, ZERO, LESS_THAN, C, D, L, O, BAR, OPEN, CLOSE] = Array.from(' -/0<CDLo|{}', (char) => char.charCodeAt(0)) as number[] as [number, number, number, number, number, number, number, number, number, number, number, number];

export class AccessRecord {
  bytes: Uint8Array = new Uint8Array(0);
  isSecure = false;
  /** Where method, URI and version begin, and where the record ends. */
  request = 0;
  to = 0;
  /** Where fields and headers begin; each ends one byte before the next. */
  readonly #fields = new Int32Array(TLS_FIELDS + 1);
  readonly #headers = new Int32Array(HEADERS + 1);

  /** False when it is none. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    this.bytes = bytes;
    this.to = to;
    const headers = this.#readFields(behindHole(bytes, from, to));
    return headers >= 0 && this.#readHeaders(headers) && this.number(AT.us) >= 0;
  }

  start(field: number): number {
    return this.#fields[field]!;
  }

  end(field: number): number {
    return this.#fields[field + 1]! - 1;
  }

  headerStart(header: number): number {
    return this.#headers[header]!;
  }

  headerEnd(header: number): number {
    return this.#headers[header + 1]! - 1;
  }

  /** -1 when the field is no whole number, or below zero. */
  number(field: number): number {
    let value = 0;
    for (let at = this.start(field); at < this.end(field); at++) {
      const digit = this.bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value <= Number.MAX_SAFE_INTEGER && this.end(field) > this.start(field) ? value : -1;
  }

  /** Of the fields from one to another; -1 when one of them has no number. */
  sum(first: number, last: number): number {
    let total = 0;
    for (let field = first; field <= last; field++) {
      const value = this.number(field);
      if (value < 0) return -1;
      total += value;
    }
    return total;
  }

  type(): string {
    if (this.#begins(this.start(AT.status), '101')) return this.isSecure ? 'wss' : 'ws';
    if (!this.isSecure) return 'http';
    return this.#begins(this.bytes.lastIndexOf(SPACE, this.to - 1) + 1, 'HTTP/2') ? 'h2' : 'https';
  }

  /** HAProxy writes `<NOSRV>` or `-:-` for a target that was none. */
  isReached(): boolean {
    const first = this.bytes[this.start(AT.target)];
    return first !== LESS_THAN && first !== MINUS;
  }

  /** While all targets are unhealthy they are there a second time, as `open-<target>`. */
  targetStart(): number {
    return this.start(AT.target) + (this.bytes[this.start(AT.target)] === O ? 'open-'.length : 0);
  }

  /** By its target, unless the load balancer did before the target's answer began. */
  isAnswered(): boolean {
    const second = this.bytes[this.start(AT.end) + 1];
    return second === MINUS || second === D || second === L;
  }

  /** By the client, before an answer began. */
  isLeft(): boolean {
    return (this.bytes[this.start(AT.end)]! & ~SPACE) === C;
  }

  /** Where the priority of the outcome ends; -1 where rules were not asked. It is 0 for the default actions. */
  priorityEnd(): number {
    for (let at = this.start(AT.outcome); at < this.end(AT.outcome); at++) if (this.bytes[at] === SLASH) return at;
    return -1;
  }

  action(): string {
    const isNone = (field: number): boolean => this.bytes[this.start(field)] === MINUS && this.end(field) - this.start(field) === 1;
    if (isNone(AT.outcome)) return '-';
    if (!this.#begins(this.start(AT.backend), 'act-')) return 'forward';
    return isNone(AT.redirect) ? 'fixed-response' : 'redirect';
  }

  #begins(at: number, text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.bytes[at + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** Returns where the headers begin, -1 when the fields are not those of a record. */
  #readFields(from: number): number {
    let count = 0;
    this.#fields[0] = from;
    for (let at = from; at < this.to; at++) {
      if (this.bytes[at] !== SPACE) continue;
      count += 1;
      if (count > TLS_FIELDS) return -1;
      this.#fields[count] = at + 1;
      if (this.bytes[at + 1] !== OPEN) continue;
      this.isSecure = count === TLS_FIELDS;
      return this.isSecure || count === PLAIN_FIELDS ? at + 1 : -1;
    }
    return -1;
  }

  #readHeaders(open: number): boolean {
    let count = 0;
    this.#headers[0] = open + 1;
    for (let at = open + 1; at < this.to; at++) {
      const byte = this.bytes[at];
      if (byte !== BAR && (byte !== CLOSE || this.bytes[at + 1] !== SPACE)) continue;
      count += 1;
      if (count > HEADERS) return false;
      this.#headers[count] = at + 1;
      this.request = at + 2;
      if (byte === CLOSE) return count === HEADERS;
    }
    return false;
  }
}

/** A file that was made empty under its writer has zeros where it was before. */
function behindHole(bytes: Uint8Array, from: number, to: number): number {
  return bytes[from] === 0 ? bytes.lastIndexOf(0, to) + 1 : from;
}
