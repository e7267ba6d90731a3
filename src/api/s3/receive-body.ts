// Takes the bytes of PutObject and UploadPart: in the three ways clients sign them, held to every digest that the request names, in the order
// of S3's checks: its signature's, Content-MD5, the checksum. What comes back is on disk and hashed, and not yet anybody's.
import type { DigestAlgorithm, ReceivedBytes, S3Context } from './context.ts';
import { invalidRequest, isS3ErrorCode, notImplemented, s3Error } from './errors.ts';

/** 5 GiB: more comes in parts. */
const MAX_BYTES = 5 * 2 ** 30;
/** Length and signature of each piece come on top. */
const CHUNK_OVERHEAD = 1.1;
const HEX_SHA256 = /^[0-9a-f]{64}$/;
const STREAMING = /^STREAMING-(?:UNSIGNED-PAYLOAD-TRAILER|AWS4-HMAC-SHA256-PAYLOAD(?:-TRAILER)?)$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const MD5_BYTES = 16;

/** By the member's name behind `Checksum`, and by the header's behind `x-amz-checksum-`. */
const ALGORITHMS: readonly DigestAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'MD5'];

export interface BodyInput {
  readonly ContentMD5?: string | undefined;
  readonly ChecksumAlgorithm?: string | undefined;
}

export interface GivenChecksum {
  readonly algorithm: DigestAlgorithm;
  /** Base64; undefined: it comes in a trailer, or is to be computed. */
  readonly value: string | undefined;
}

export interface Received {
  readonly bytes: ReceivedBytes;
  /** MD5, hex. */
  readonly etag: string;
  /** Of what the client named. */
  readonly checksum: { readonly algorithm: DigestAlgorithm; readonly value: string } | undefined;
}

/** @param algorithm to be computed when the request names none (of a multipart upload). Throws S3's errors; nothing is left behind then. */
export async function receiveBody(ctx: S3Context, input: BodyInput, algorithm?: string): Promise<Received> {
  const { payload } = ctx.call;
  if (payload === undefined) throw s3Error('IncompleteBody');
  const { declaredHash, stream } = payload;
  const chunked = STREAMING.test(declaredHash);
  if (!chunked && declaredHash !== 'UNSIGNED-PAYLOAD' && !HEX_SHA256.test(declaredHash)) throw invalidRequest('x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.');
  const given = givenChecksum(input, stream.headers['x-amz-trailer'] as string | undefined) ?? computed(algorithm);
  checkMd5Form(input.ContentMD5);
  const length = Number(stream.headers['x-amz-decoded-content-length'] ?? (chunked ? undefined : stream.headers['content-length']));
  if (length > MAX_BYTES) throw s3Error('EntityTooLarge', { ProposedSize: String(length), MaxSizeAllowed: String(MAX_BYTES) });
  const digests: DigestAlgorithm[] = ['MD5', ...(given === undefined ? [] : [given.algorithm]), ...(HEX_SHA256.test(declaredHash) ? (['SHA256'] as const) : [])];
  const bytes = await ctx.bytes
    .receive(stream, { digests, chunked, signing: payload.chunkSigning, maxBytes: chunked ? MAX_BYTES * CHUNK_OVERHEAD : MAX_BYTES })
    .catch((error: unknown) => {
      const code = (error as { code?: unknown }).code;
      throw isS3ErrorCode(code) ? s3Error(code) : error;
    });
  try {
    return { bytes, ...check(bytes, { declaredHash, md5: input.ContentMD5, given, length }) };
  } catch (error) {
    await bytes.discard();
    throw error;
  }
}

function check(bytes: ReceivedBytes, said: { declaredHash: string; md5: string | undefined; given: GivenChecksum | undefined; length: number }): Omit<Received, 'bytes'> {
  if (!Number.isNaN(said.length) && bytes.sizeBytes !== said.length) throw s3Error('IncompleteBody');
  const { digests, trailers } = bytes;
  if (HEX_SHA256.test(said.declaredHash) && hex(digests.SHA256) !== said.declaredHash) {
    throw s3Error('XAmzContentSHA256Mismatch', { ClientComputedContentSHA256: said.declaredHash, S3ComputedContentSHA256: hex(digests.SHA256) });
  }
  if (said.md5 !== undefined && digests.MD5 !== said.md5) throw s3Error('BadDigest', { ExpectedDigest: said.md5, CalculatedDigest: digests.MD5 ?? '' });
  const etag = hex(digests.MD5);
  if (said.given === undefined) return { etag, checksum: undefined };
  const { algorithm } = said.given;
  const value = digests[algorithm] ?? '';
  const expected = said.given.value ?? trailers[`x-amz-checksum-${algorithm.toLowerCase()}`];
  if (expected !== undefined && expected !== value) throw s3Error('BadDigest');
  return { etag, checksum: { algorithm, value } };
}

/** The checksum a request names: in a header, in a trailer to come, or by its algorithm alone. */
export function givenChecksum(input: object, trailer?: string): GivenChecksum | undefined {
  const named = ALGORITHMS.filter((algorithm) => (input as Record<string, unknown>)[`Checksum${algorithm}`] !== undefined);
  if (named.length > 1) throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  const [algorithm] = named;
  if (algorithm !== undefined) return { algorithm, value: String((input as Record<string, unknown>)[`Checksum${algorithm}`]) };
  const announced = trailer === undefined ? undefined : /x-amz-checksum-([a-z0-9]+)/.exec(trailer.toLowerCase())?.[1];
  return computed(announced?.toUpperCase());
}

function computed(algorithm: string | undefined): GivenChecksum | undefined {
  if (algorithm === undefined) return undefined;
  const known = ALGORITHMS.find((one) => one === algorithm);
  if (known === undefined) throw notImplemented(`x-amz-checksum-${algorithm.toLowerCase()}`);
  return { algorithm: known, value: undefined };
}

function checkMd5Form(md5: string | undefined): void {
  if (md5 !== undefined && (!BASE64.test(md5) || Buffer.from(md5, 'base64').length !== MD5_BYTES)) throw s3Error('InvalidDigest', { 'Content-MD5': md5 });
}

function hex(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('hex');
}
