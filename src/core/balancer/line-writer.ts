// Lines as bytes: of tens of thousands a second none becomes a string on the way.

const HEX = '0123456789ABCDEF';
const FIRST_BYTES = 64 * 1024;
const [ZERO, QUOTE, BACKSLASH, DELETE] = [0x30, 0x22, 0x5c, 0x7f];

/** Bytes that would end a field or a line. */
const isUnsafe = Uint8Array.from({ length: 256 }, (_, byte) => Number(byte < 0x20 || byte === QUOTE || byte === BACKSLASH || byte === DELETE));

/** What a hex digit counts, and more than a byte for what is none. */
const NO_DIGIT = 256;
const hexValue = Uint16Array.from({ length: 256 }, (_, byte) => {
  const value = HEX.indexOf(String.fromCharCode(byte).toUpperCase());
  return value < 0 ? NO_DIGIT : value;
});

export class LineWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #at = 0;

  /** Forgets the lines, keeps their room. */
  clear(): void {
    this.#at = 0;
  }

  /** The lines so far; good until more are written. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Makes room: no more than this may be written before it is called again. */
  reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.written());
    this.#bytes = larger;
  }

  /** @param text latin1 */
  text(text: string): void {
    const [bytes, at] = [this.#bytes, this.#at];
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    this.#at = at + text.length;
  }

  copy(from: Uint8Array, start: number, end: number): void {
    const [bytes, at] = [this.#bytes, this.#at - start];
    for (let i = start; i < end; i++) bytes[at + i] = from[i]!;
    this.#at = at + end;
  }

  /**
   * What would end a field or a line becomes `\xHH`, four bytes for one.
   * @param mark begins two hex digits, which stand for a byte; 0 for none
   */
  escaped(from: Uint8Array, start: number, end: number, mark = 0): void {
    for (let i = start; i < end; i++) {
      const byte = from[i]!;
      const value = byte === mark && i + 2 < end ? hexValue[from[i + 1]!]! * 16 + hexValue[from[i + 2]!]! : NO_DIGIT;
      if (value < NO_DIGIT) i += 2;
      this.safe(value < NO_DIGIT ? value : byte);
    }
  }

  /** One byte, as `escaped` has it. */
  safe(byte: number): void {
    if (isUnsafe[byte] === 0) this.#bytes[this.#at++] = byte;
    else this.text(`\\x${HEX[byte >> 4]}${HEX[byte & 15]}`);
  }

  /** A whole number in so many digits, zeros first. */
  digits(value: number, width: number): void {
    for (let i = this.#at + width - 1, rest = value; i >= this.#at; i--) {
      const next = Math.floor(rest / 10);
      this.#bytes[i] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#at += width;
  }
}
