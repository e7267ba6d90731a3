// Reads a request's body up to a limit, without a promise on the way.
import type { IncomingMessage } from 'node:http';

export type BodyOutcome = 'complete' | 'too-large' | 'truncated';

const NO_BODY = Buffer.alloc(0);

/** What a client may still send after it was refused, before the connection is cut. */
const DISCARD_BYTES = 64 * 1024 * 1024;

/**
 * Calls `done` exactly once: with the whole body; with 'too-large' as soon as that is known, the rest being read and
 * thrown away so that the client gets to read the answer; or with 'truncated' when the client goes away before the end.
 * `declaredLength` is the Content-Length header: `request.headers` would parse every header a second time.
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
  if (Number(declaredLength) > limitBytes) settle('too-large', NO_BODY);
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (settled) {
      if (size > DISCARD_BYTES) request.destroy();
    } else if (size > limitBytes) {
      first = rest = undefined;
      settle('too-large', NO_BODY);
    } else if (first === undefined) first = chunk;
    else (rest ??= [first]).push(chunk);
  });
  request.on('end', () => settle('complete', rest === undefined ? (first ?? NO_BODY) : Buffer.concat(rest)));
  // Without a listener for it, an aborted request emits no error; it always closes.
  request.on('close', () => settle('truncated', NO_BODY));
}
