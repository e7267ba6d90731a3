// Looks a CBOR document through before the SDK's reader does: lengths and numbers of 64 bits, which that reader complains of on the console and
// cannot hold, and nesting that would end the stack. RFC 8949, section 3.
import { UnreadableInput } from './unreadable-input.ts';

const MAX_DEPTH = 512;
const BREAK = 0xff;
/** Beyond it numbers lose digits. */
const MAX_HIGH_WORD = 0x1f_ffff;

/** @throws UnreadableInput */
export function checkCbor(bytes: Buffer): void {
  let at = 0;
  // Items still to come in each open array, map or tag; Infinity until a break.
  const open: number[] = [];
  do {
    const head = bytes[at++];
    if (head === undefined) throw new UnreadableInput('the document ends too early');
    if (head === BREAK) {
      if (open.at(-1) !== Infinity) throw new UnreadableInput('a break where nothing is open');
      open.pop();
    } else {
      const [major, info] = [head >> 5, head & 31];
      const size = info < 24 || info === 31 ? 0 : info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : -1;
      if (size < 0 || at + size > bytes.length) throw new UnreadableInput('a head that is none');
      if (size === 8 && major !== 7 && bytes.readUInt32BE(at) > MAX_HIGH_WORD) throw new UnreadableInput('a number that is too large');
      const value = info < 24 ? info : size === 0 || major === 7 ? 0 : size === 8 ? bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4) : bytes.readUIntBE(at, size);
      at += size;
      const endless = info === 31;
      if ((major === 2 || major === 3) && !endless) {
        at += value;
        if (at > bytes.length) throw new UnreadableInput('a text that is longer than the document');
      } else if (major >= 2 && major <= 6) {
        if (open.length >= MAX_DEPTH) throw new UnreadableInput('the document is nested too deeply');
        // Counted with itself, which is taken off below.
        open.push((endless ? Infinity : major === 5 ? 2 * value : major === 6 ? 1 : value) + 1);
      }
    }
    // One item is done; so is whatever it was the last of.
    while (open.length > 0) {
      const left = (open.pop() as number) - 1;
      if (left > 0) {
        open.push(left);
        break;
      }
    }
  } while (open.length > 0);
}
