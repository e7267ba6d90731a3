// Reads a request's body up to a limit, without a promise on the way.
import type { IncomingMessage } from 'node:http';

export type BodyOutcome = 'complete' | 'too-large' | 'truncated';

export const NO_BODY = Buffer.alloc(0);

/** How much more than the limit is read and thrown away for the client's sake. */
const PATIENCE_BYTES = 64 * 1024 * 1024;

/**
 * Calls `done` exactly once: with the whole body; with 'too-large'; or with 'truncated' when the client goes away before the end.
 * A body over the limit is read to its end and thrown away first, because closing on a client that is still sending loses it the
 * answer; one that goes on for too long, or says that it will, is answered at once and then cut off. `declaredLength` is the
 * Content-Length header: `request.headers` would parse every header a second time.
 */
export function readBody(request: IncomingMessage, declaredLength: string | undefined, limitBytes: number, done: (outcome: BodyOutcome, body: Buffer) => void): void {
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  let size = 0;
  let settled = false;
  const settle = (outcome: BodyOutcome, body: Buffer): void => {
    if (settled) return;
    settled = true;
    done(outcome, body);
  };
  if (Number(declaredLength) > limitBytes + PATIENCE_BYTES) settle('too-large', NO_BODY);
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limitBytes) {
      first = rest = undefined;
      if (size > limitBytes + PATIENCE_BYTES) settle('too-large', NO_BODY);
    } else if (first === undefined) first = chunk;
    else (rest ??= [first]).push(chunk);
  });
  request.on('end', () => {
    if (size > limitBytes) settle('too-large', NO_BODY);
    else settle('complete', rest === undefined ? (first ?? NO_BODY) : Buffer.concat(rest));
  });
  // Without a listener for it, an aborted request emits no error; it always closes.
  request.on('close', () => settle('truncated', NO_BODY));
}

/** Reads what nobody wants any more, for the sake of the answer; a client that goes on for too long is cut off. */
export function discardBody(request: IncomingMessage): void {
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > PATIENCE_BYTES) request.destroy();
  });
  request.on('error', () => undefined);
}
