// Sending part of a file as a response body: two buffers of a shared pool take turns, one is read into while the other is sent.
// Half the CPU of fs streams, which allocate, and so fault in, a new buffer for every read (docs/design/registry.md).
import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';

const BUFFER_BYTES = 256 * 1024;
const POOL_MAX = 16;

export interface FileSender {
  /** Sends the bytes from `first` to `last`, inclusive, ends the response unless more is to come, and closes the file. Rejects when either breaks. */
  send(file: FileHandle, res: ServerResponse, first: number, last: number, more?: boolean): Promise<void>;
}

export function fileSender(): FileSender {
  const pool: Buffer[] = [];
  const take = (): Buffer => pool.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
  return {
    async send(file, res, first, last, more = false) {
      let [current, other] = [take(), take()];
      let sending: Promise<void> = Promise.resolve();
      try {
        for (let at = first; at <= last; ) {
          const wanted = Math.min(BUFFER_BYTES, last - at + 1);
          const { bytesRead } = await file.read(current, 0, wanted, at);
          if (bytesRead === 0) throw new Error('the file is shorter than it was');
          await sending;
          sending = write(res, current.subarray(0, bytesRead));
          // Awaited on the next turn or below; until then its rejection is nobody's.
          sending.catch(() => undefined);
          at += bytesRead;
          [current, other] = [other, current];
        }
        await sending;
        if (!more) res.end();
        // Given back only here: after an error the kernel may still be reading from one of them.
        if (pool.length < POOL_MAX) pool.push(current, other);
      } finally {
        await file.close();
      }
    },
  };
}

/** Resolves when the socket has taken the bytes and the buffer may be used again; rejects when the connection closes first. */
function write(res: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(new Error('the client hung up'));
    if (res.destroyed) return closed();
    res.once('close', closed);
    res.write(bytes, (error) => {
      res.off('close', closed);
      if (error) reject(error);
      else resolve();
    });
  });
}
