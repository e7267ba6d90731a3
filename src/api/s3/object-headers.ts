// What a client says of an object beside its bytes, from the input to the row and back.
import type { ObjectChecksum, ObjectHeaders, StoredObject } from '#model/object.ts';
import { notImplemented, s3Error } from './errors.ts';

const MAX_METADATA_BYTES = 2048;

interface GivenHeaders {
  readonly ContentType?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly Metadata?: Record<string, string> | undefined;
}

interface Unsupported {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
  readonly Tagging?: string | undefined;
  readonly WriteOffsetBytes?: number | undefined;
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

/** Throws MetadataTooLarge. */
export function readHeaders(input: GivenHeaders): ObjectHeaders {
  const metadata = input.Metadata ?? {};
  const bytes = Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > MAX_METADATA_BYTES) throw s3Error('MetadataTooLarge', { Size: String(bytes), MaxSizeAllowed: String(MAX_METADATA_BYTES) });
  // The encoding of the transfer is not the object's.
  const encoding = input.ContentEncoding?.split(',').map((one) => one.trim()).filter((one) => one !== '' && one !== 'aws-chunked').join(',');
  return {
    metadata: { ...metadata },
    ...(input.ContentType !== undefined && { contentType: input.ContentType }),
    ...(encoding !== undefined && encoding !== '' && { contentEncoding: encoding }),
    ...(input.ContentLanguage !== undefined && { contentLanguage: input.ContentLanguage }),
    ...(input.ContentDisposition !== undefined && { contentDisposition: input.ContentDisposition }),
    ...(input.CacheControl !== undefined && { cacheControl: input.CacheControl }),
    ...(input.Expires !== undefined && { expiresAt: input.Expires.getTime() }),
    ...(input.WebsiteRedirectLocation !== undefined && { websiteRedirectLocation: input.WebsiteRedirectLocation }),
  };
}

/** Refuses by name what would otherwise be dropped in silence. `AES256` asks for what at-rest files on AWS always are: it is taken as said. */
export function refuseUnsupported(input: Unsupported): void {
  if (input.SSECustomerAlgorithm !== undefined) throw notImplemented('x-amz-server-side-encryption-customer-algorithm');
  if (input.ServerSideEncryption !== undefined && input.ServerSideEncryption !== 'AES256') throw notImplemented('x-amz-server-side-encryption');
  if (input.ObjectLockMode !== undefined || input.ObjectLockLegalHoldStatus !== undefined) throw notImplemented('x-amz-object-lock-mode');
  if (input.Tagging !== undefined && input.Tagging !== '') throw notImplemented('x-amz-tagging');
  if (input.WriteOffsetBytes !== undefined) throw notImplemented('x-amz-write-offset-bytes');
  const grants = input.GrantFullControl ?? input.GrantRead ?? input.GrantReadACP ?? input.GrantWriteACP;
  if (grants !== undefined || (input.ACL !== undefined && !OWNER_ACLS.has(input.ACL))) throw notImplemented('x-amz-acl');
}

/** Access lists that give nobody but the owner anything. */
const OWNER_ACLS: ReadonlySet<string> = new Set(['private', 'bucket-owner-full-control', 'bucket-owner-read']);

/** The members of GetObject's and HeadObject's answers. */
export function viewHeaders(object: StoredObject, withChecksum: boolean): object {
  return {
    ETag: `"${object.etag}"`,
    LastModified: new Date(object.modifiedAt),
    AcceptRanges: 'bytes',
    ContentType: object.contentType ?? 'binary/octet-stream',
    ContentEncoding: object.contentEncoding,
    ContentLanguage: object.contentLanguage,
    ContentDisposition: object.contentDisposition,
    CacheControl: object.cacheControl,
    Expires: object.expiresAt === undefined ? undefined : new Date(object.expiresAt),
    WebsiteRedirectLocation: object.websiteRedirectLocation,
    Metadata: object.metadata,
    ...(withChecksum && viewChecksum(object.checksum)),
  };
}

/** `ChecksumCRC32` and its sisters. */
export function viewChecksum(checksum: Pick<ObjectChecksum, 'algorithm' | 'value'> & { readonly type?: string } | undefined): object {
  return checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value, ...(checksum.type !== undefined && { ChecksumType: checksum.type }) };
}
