// Objects in buckets (S3): what is known of them. Their bytes are files beside the journal, named here by id. Written by api/s3 alone.
import { table } from './table.ts';

export interface ObjectBucket {
  readonly account: string;
  /** Names are the account's own: accounts are separate worlds. */
  readonly name: string;
  readonly region: string;
  readonly createdAt: number;
}

export const objectBuckets = table<ObjectBucket>('object_buckets', (b) => `${b.account}/${b.name}`, { account: (b) => b.account });

/** Bytes of an object that are one file. */
export interface ObjectSegment {
  readonly file: string;
  readonly sizeBytes: number;
}

export interface ObjectChecksum {
  readonly algorithm: string;
  /** Base64; of a composite one with `-<number of parts>`. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** What a client says of an object when it puts it, and gets back with it. */
export interface ObjectHeaders {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
  readonly websiteRedirectLocation?: string;
  /** `x-amz-meta-…` without the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredObject extends ObjectHeaders {
  readonly account: string;
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Without the quotes. */
  readonly etag: string;
  readonly modifiedAt: number;
  readonly segments: readonly ObjectSegment[];
  readonly checksum?: ObjectChecksum;
}

export const storedObjects = table<StoredObject>('stored_objects', (o) => objectKey(o.account, o.bucket, o.key), {
  /** `<account>/<bucket>` */
  bucket: (o) => `${o.account}/${o.bucket}`,
});

export function objectKey(account: string, bucket: string, key: string): string {
  return `${account}/${bucket}/${key}`;
}

/** A multipart upload that has not been completed. */
export interface ObjectUpload extends ObjectHeaders {
  readonly id: string;
  readonly account: string;
  readonly bucket: string;
  readonly key: string;
  readonly createdAt: number;
  readonly initiatorArn: string;
  readonly checksumAlgorithm?: string;
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
}

export const objectUploads = table<ObjectUpload>('object_uploads', (u) => u.id, { bucket: (u) => `${u.account}/${u.bucket}` });

export interface ObjectPart extends ObjectSegment {
  readonly uploadId: string;
  readonly number: number;
  /** MD5, hex. */
  readonly etag: string;
  readonly modifiedAt: number;
  readonly checksum?: { readonly algorithm: string; readonly value: string };
}

export const objectParts = table<ObjectPart>('object_parts', (p) => `${p.uploadId}/${p.number}`, { upload: (p) => p.uploadId });
