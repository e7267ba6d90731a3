// The aws-chunked encoding of a body (Content-Encoding: aws-chunked): pieces with their length in front, each signed or not, checksums in
// trailers behind. Source: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks", S3's API reference.
import { createHash, createHmac, timingSafeEqual, type Hash } from 'node:crypto';

export interface PieceSigning {
  readonly key: Uint8Array;
  readonly seed: string;
  readonly time: string;
  readonly scope: string;
}

export interface ChunkedBody {
  /** The data in these bytes of the encoded body. Throws ChunkedBodyError. */
  decode(bytes: Uint8Array): Uint8Array[];
  /** Lower-case trailers; to be called at the end of the body. Throws ChunkedBodyError when it is not one. */
  finish(): Readonly<Record<string, string>>;
}

export type ChunkedProblem = 'IncompleteBody' | 'SignatureDoesNotMatch';

/** `code` is S3's. */
export class ChunkedBodyError extends Error {
  readonly code: ChunkedProblem;
  constructor(code: ChunkedProblem) {
    super(code);
    this.code = code;
  }
}

/** A line longer than this is none. */
const LINE_MAX = 8192;
const EMPTY_SHA256 = createHash('sha256').digest('hex');

type State = 'header' | 'data' | 'dataEnd' | 'trailers' | 'done';

/** @param signing absent: pieces are not signed, or signatures are not checked */
export function createChunkedBody(signing: PieceSigning | undefined): ChunkedBody {
  const trailers: Record<string, string> = {};
  let state: State = 'header';
  let line = '';
  let left = 0;
  let previous = signing?.seed ?? '';
  let signature: string | undefined;
  let hash: Hash | undefined;

  const sign = (kind: string, ...rest: string[]): string =>
    createHmac('sha256', signing?.key ?? '').update([kind, signing?.time, signing?.scope, previous, ...rest].join('\n')).digest('hex');
  const check = (expected: string): void => {
    if (signature?.length !== 64 || !timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) throw new ChunkedBodyError('SignatureDoesNotMatch');
    previous = signature;
  };
  const endPiece = (): void => {
    if (signing !== undefined) check(sign('AWS4-HMAC-SHA256-PAYLOAD', EMPTY_SHA256, (hash ?? createHash('sha256')).digest('hex')));
    hash = undefined;
  };

  const onHeader = (text: string): void => {
    const match = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?\s*$/.exec(text);
    if (match === null) throw new ChunkedBodyError('IncompleteBody');
    left = parseInt(match[1] as string, 16);
    signature = match[2];
    hash = signing === undefined ? undefined : createHash('sha256');
    if (left > 0) return void (state = 'data');
    endPiece();
    state = 'trailers';
  };
  const onTrailer = (text: string): void => {
    if (text === '') {
      signature = trailers['x-amz-trailer-signature'];
      delete trailers['x-amz-trailer-signature'];
      const named = Object.entries(trailers);
      if (signing !== undefined && named.length > 0) {
        check(sign('AWS4-HMAC-SHA256-TRAILER', createHash('sha256').update(named.map(([name, value]) => `${name}:${value}\n`).join('')).digest('hex')));
      }
      return void (state = 'done');
    }
    const colon = text.indexOf(':');
    if (colon < 1) throw new ChunkedBodyError('IncompleteBody');
    trailers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
  };
  const onLine = (text: string): void => {
    if (state === 'header') return onHeader(text);
    if (state === 'trailers') return onTrailer(text);
    if (text !== '') throw new ChunkedBodyError('IncompleteBody');
    state = 'header';
  };

  return {
    decode(bytes) {
      const data: Uint8Array[] = [];
      let at = 0;
      while (at < bytes.length) {
        if (state === 'done') throw new ChunkedBodyError('IncompleteBody');
        if (state === 'data') {
          const piece = bytes.subarray(at, at + left);
          hash?.update(piece);
          data.push(piece);
          at += piece.length;
          left -= piece.length;
          if (left === 0) {
            endPiece();
            state = 'dataEnd';
          }
          continue;
        }
        const end = bytes.indexOf(10, at);
        line += Buffer.from(bytes.subarray(at, end < 0 ? bytes.length : end)).toString('latin1');
        if (line.length > LINE_MAX) throw new ChunkedBodyError('IncompleteBody');
        if (end < 0) return data;
        at = end + 1;
        const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
        line = '';
        onLine(whole);
      }
      return data;
    },
    finish() {
      // Some clients leave out the empty line behind the trailers when there are none.
      if (state !== 'done' && !(state === 'trailers' && line === '' && Object.keys(trailers).length === 0)) throw new ChunkedBodyError('IncompleteBody');
      return trailers;
    },
  };
}
