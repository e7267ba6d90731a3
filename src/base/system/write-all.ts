// Several pieces to a file, all of them.
import { writeSync, writevSync } from 'node:fs';

/** Appends the pieces at the file's position. Throws the system's error (`ENOSPC`). */
export function writeAll(fd: number, pieces: readonly Uint8Array[]): void {
  const wanted = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  let written = writevSync(fd, pieces);
  if (written === wanted) return;
  // A short write (the disk is nearly full): go on until the error comes out.
  const whole = Buffer.concat(pieces);
  while (written < wanted) written += writeSync(fd, whole, written);
}
