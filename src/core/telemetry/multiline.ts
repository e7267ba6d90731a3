// From lines to log events: one each, or, with a multiline pattern, from one match to the next. Empty lines make no event
// of their own; events above CloudWatch's size are split between characters. As Docker's awslogs driver does it.

/** CloudWatch counts 26 bytes beside each message; Docker's driver splits at 256 KiB less that. */
export const maxMessageBytes = 256 * 1024 - 26;

export interface GroupedEvent {
  readonly timestamp: number;
  readonly message: string;
  /** UTF-8 bytes of the message. */
  readonly bytes: number;
  /** How many lines are done with once this event is stored: 0 for all parts of a split event but the last. */
  readonly lines: number;
}

/** Gathers lines. Not pure, but knows no time: the caller says when an unfinished event has waited long enough. */
export class LineGrouper {
  readonly #pattern: RegExp | undefined;
  readonly #maxBytes: number;
  #text = '';
  #bytes = 0;
  #timestamp = 0;
  #openLines = 0;
  /** Lines that made no event, to be counted with the next. */
  #silentLines = 0;

  constructor(pattern: RegExp | undefined, maxBytes = maxMessageBytes) {
    this.#pattern = pattern;
    this.#maxBytes = maxBytes;
  }

  /** When the unfinished event began (its first line's timestamp); undefined when there is none. */
  get openSince(): number | undefined {
    return this.#openLines > 0 ? this.#timestamp : undefined;
  }

  /** The events that this line finished. */
  push(timestamp: number, line: string): GroupedEvent[] {
    if (!this.#pattern) return this.#finish(timestamp, line, 1);
    const bytes = utf8Bytes(line);
    const events = this.#pattern.test(line) || this.#bytes + bytes > this.#maxBytes ? this.flush() : [];
    if (this.#openLines === 0) this.#timestamp = timestamp;
    // The newline is part of a multiline event, after the last line too.
    const newline = bytes < this.#maxBytes ? '\n' : '';
    this.#text += line + newline;
    this.#bytes += bytes + newline.length;
    this.#openLines++;
    return events;
  }

  /** Ends the unfinished event. */
  flush(): GroupedEvent[] {
    if (this.#openLines === 0) return [];
    const events = this.#finish(this.#timestamp, this.#text, this.#openLines);
    this.#text = '';
    this.#bytes = 0;
    this.#openLines = 0;
    return events;
  }

  #finish(timestamp: number, text: string, lines: number): GroupedEvent[] {
    const parts = splitMessage(text, this.#maxBytes);
    if (parts.length === 0) {
      this.#silentLines += lines;
      return [];
    }
    const all = lines + this.#silentLines;
    this.#silentLines = 0;
    return parts.map((part, i) => ({ timestamp, ...part, lines: i === parts.length - 1 ? all : 0 }));
  }
}

/** Parts of at most `maxBytes` UTF-8 bytes, whole characters; none for an empty text. */
export function splitMessage(text: string, maxBytes: number): Array<{ message: string; bytes: number }> {
  // Most lines are short: three bytes a code unit is the most UTF-8 takes.
  if (text.length * 3 <= maxBytes) return text === '' ? [] : [{ message: text, bytes: utf8Bytes(text) }];
  const parts: Array<{ message: string; bytes: number }> = [];
  let start = 0;
  let bytes = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.codePointAt(at)!;
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes + size > maxBytes) {
      parts.push({ message: text.slice(start, at), bytes });
      start = at;
      bytes = 0;
    }
    bytes += size;
    at += code >= 0x10000 ? 2 : 1;
  }
  if (bytes > 0) parts.push({ message: text.slice(start), bytes });
  return parts;
}

function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    if (code < 0x800) bytes += 1;
    // Two halves of a pair are four bytes: each half adds one; a lone half becomes U+FFFD, three bytes.
    else if (isPair(text, i)) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

function isPair(text: string, i: number): boolean {
  const high = text.charCodeAt(i);
  const low = text.charCodeAt(i + 1);
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
}
