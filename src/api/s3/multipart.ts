// Uploads in parts: CreateMultipartUpload, UploadPart, CompleteMultipartUpload, AbortMultipartUpload. A part is a file of its own, and so stays:
// completing puts the files in a row, and copies nothing.
import { createHash } from 'node:crypto';
import { combineCrcs, isCombinable } from '#core/objects/combine-crc.ts';
import { hexId } from '#base/ids.ts';
import { objectParts, objectUploads, type ObjectChecksum, type ObjectHeaders, type ObjectPart, type ObjectUpload } from '#model/object.ts';
import type { Reader } from '#store/store.ts';
import { removeLater, type S3Context } from './context.ts';
import { invalidArgument, invalidRequest, s3Error } from './errors.ts';
import { checkKey, useBucket, useUpload } from './find.ts';
import { readHeaders, refuseUnsupported, viewChecksum } from './object-headers.ts';
import { commitObject } from './put-object.ts';
import { givenChecksum, receiveBody } from './receive-body.ts';
import type { AbortMultipartUploadRequest, CompletedPart, CompleteMultipartUploadRequest, CreateMultipartUploadRequest, UploadPartRequest } from './shapes.ts';

const MAX_PARTS = 10_000;
/** Of every part but the last. */
const MIN_PART_BYTES = 5 * 2 ** 20;

export function createMultipartUpload(input: CreateMultipartUploadRequest, ctx: S3Context): object {
  refuseUnsupported(input);
  const key = checkKey(input.Key);
  const algorithm = input.ChecksumAlgorithm;
  const type = input.ChecksumType ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (algorithm !== undefined) {
    givenChecksum({}, `x-amz-checksum-${algorithm}`);
    if ((type === 'FULL_OBJECT' && !isCombinable(algorithm)) || (type === 'COMPOSITE' && algorithm === 'CRC64NVME')) throw invalidRequest(`The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`);
  }
  const upload: ObjectUpload = {
    ...readHeaders(input),
    id: hexId(ctx.random, 64), account: ctx.account, bucket: input.Bucket ?? '', key, createdAt: ctx.now, initiatorArn: ctx.call.caller.arn,
    ...(algorithm !== undefined && { checksumAlgorithm: algorithm, checksumType: type }),
  };
  ctx.store.transact((tx) => {
    useBucket(tx, ctx, input.Bucket);
    tx.put(objectUploads, upload);
  });
  return { Bucket: input.Bucket, Key: key, UploadId: upload.id, ...(algorithm !== undefined && { ChecksumAlgorithm: algorithm, ChecksumType: type }) };
}

export async function uploadPart(input: UploadPartRequest, ctx: S3Context): Promise<object> {
  const number = input.PartNumber ?? 0;
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', String(input.PartNumber));
  const upload = useUpload(ctx.store, ctx, input);
  const { bytes, etag, checksum } = await receiveBody(ctx, input, upload.checksumAlgorithm);
  const part: ObjectPart = {
    uploadId: upload.id, number, etag, file: bytes.file, sizeBytes: bytes.sizeBytes, modifiedAt: ctx.clock.now(),
    ...(checksum !== undefined && { checksum }),
  };
  let replaced: ObjectPart | undefined;
  try {
    await bytes.publish();
    ctx.store.transact((tx) => {
      // It may have been completed or aborted meanwhile.
      useUpload(tx, ctx, input);
      replaced = tx.get(objectParts, objectParts.key(part));
      tx.put(objectParts, part);
    });
  } catch (error) {
    await bytes.discard();
    ctx.bytes.remove([bytes.file]);
    throw error;
  }
  removeLater(ctx, replaced === undefined ? [] : [replaced]);
  return { ETag: `"${etag}"`, ...viewChecksum(checksum) };
}

export function completeMultipartUpload(input: CompleteMultipartUploadRequest, ctx: S3Context): object {
  const upload = useUpload(ctx.store, ctx, input);
  const all = [...ctx.store.by(objectParts, 'upload', upload.id)];
  const parts = chosenParts(all, input.MultipartUpload?.Parts ?? []);
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== sizeBytes) throw invalidRequest('The provided \'x-amz-mp-object-size\' header value does not match what was computed.');
  const etag = `${createHash('md5').update(Buffer.from(parts.map((part) => part.etag).join(''), 'hex')).digest('hex')}-${parts.length}`;
  const checksum = wholeChecksum(upload, parts);
  const expected = givenChecksum(input);
  if (expected !== undefined && checksum !== undefined && expected.algorithm === checksum.algorithm && expected.value !== checksum.value) throw s3Error('BadDigest');
  const { account, bucket, key } = upload;
  commitObject(ctx, {
    ...headersOf(upload), account, bucket, key, sizeBytes, etag, modifiedAt: ctx.now,
    segments: parts.map((part) => ({ file: part.file, sizeBytes: part.sizeBytes })),
    ...(checksum !== undefined && { checksum }),
  }, input, (tx) => {
    for (const part of all) tx.delete(objectParts, objectParts.key(part));
    tx.delete(objectUploads, upload.id);
  });
  removeLater(ctx, all.filter((part) => !parts.includes(part)));
  return { Location: `${ctx.call.baseUrl}/${bucket}/${encodeURIComponent(key)}`, Bucket: bucket, Key: key, ETag: `"${etag}"`, ...viewChecksum(checksum) };
}

export function abortMultipartUpload(input: AbortMultipartUploadRequest, ctx: S3Context): object {
  const parts = ctx.store.transact((tx) => {
    const upload = useUpload(tx, ctx, input);
    const gone = partsOf(tx, upload.id);
    for (const part of gone) tx.delete(objectParts, objectParts.key(part));
    tx.delete(objectUploads, upload.id);
    return gone;
  });
  removeLater(ctx, parts);
  return {};
}

export function partsOf(reader: Reader, uploadId: string): ObjectPart[] {
  return [...reader.by(objectParts, 'upload', uploadId)].sort((a, b) => a.number - b.number);
}

/** In S3's order: the list itself, its order, each part, their sizes. */
function chosenParts(all: readonly ObjectPart[], named: readonly CompletedPart[]): ObjectPart[] {
  if (named.length === 0 || named.length > MAX_PARTS) throw s3Error('MalformedXML');
  const byNumber = new Map(all.map((part) => [part.number, part]));
  const parts: ObjectPart[] = [];
  for (const { PartNumber, ETag, ...rest } of named) {
    if (parts.length > 0 && (PartNumber ?? 0) <= (parts.at(-1)?.number ?? 0)) throw s3Error('InvalidPartOrder');
    const part = byNumber.get(PartNumber ?? 0);
    const checksum = givenChecksum(rest);
    const differs = checksum !== undefined && part?.checksum?.algorithm === checksum.algorithm && part.checksum.value !== checksum.value;
    if (part === undefined || (ETag ?? '').replaceAll('"', '') !== part.etag || differs) throw s3Error('InvalidPart', { PartNumber: String(PartNumber), ETag: ETag ?? '' });
    parts.push(part);
  }
  const small = parts.slice(0, -1).find((part) => part.sizeBytes < MIN_PART_BYTES);
  if (small !== undefined) throw s3Error('EntityTooSmall', { ProposedSize: String(small.sizeBytes), MinSizeAllowed: String(MIN_PART_BYTES), PartNumber: String(small.number) });
  return parts;
}

/** Of the whole bytes where that follows from the parts' checksums, else the checksum of these. */
function wholeChecksum({ checksumAlgorithm: algorithm, checksumType: type }: ObjectUpload, parts: readonly ObjectPart[]): ObjectChecksum | undefined {
  if (algorithm === undefined || type === undefined || parts.some((part) => part.checksum?.algorithm !== algorithm)) return undefined;
  const raw = parts.map((part) => Buffer.from(part.checksum?.value ?? '', 'base64'));
  if (type === 'FULL_OBJECT') {
    const width = raw[0]?.length ?? 0;
    const crc = combineCrcs(algorithm, parts.map((part, at) => ({ crc: BigInt(`0x${raw[at]?.toString('hex') ?? '0'}`), sizeBytes: part.sizeBytes })));
    return { algorithm, type, value: Buffer.from(crc.toString(16).padStart(width * 2, '0'), 'hex').toString('base64') };
  }
  return { algorithm, type, value: `${digestOf(algorithm, Buffer.concat(raw))}-${parts.length}` };
}

function digestOf(algorithm: string, bytes: Buffer): string {
  if (!isCombinable(algorithm)) return createHash(algorithm.toLowerCase()).update(bytes).digest('base64');
  const crc = crcOf(algorithm, bytes);
  return Buffer.from(crc.toString(16).padStart(8, '0'), 'hex').toString('base64');
}

/** A few bytes of checksums, so a bit at a time is fast enough. */
function crcOf(algorithm: string, bytes: Buffer): number {
  const polynomial = algorithm === 'CRC32' ? 0xedb88320 : 0x82f63b78;
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  }
  return ~crc >>> 0;
}

function headersOf(upload: ObjectUpload): ObjectHeaders {
  const { id: _id, account: _account, bucket: _bucket, key: _key, createdAt: _at, initiatorArn: _arn, checksumAlgorithm: _a, checksumType: _t, ...headers } = upload;
  return headers;
}
