// Errors of the OCI distribution API, in its envelope. The words that docker prints are those of ECR.

const STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  PAGINATION_NUMBER_INVALID: 400,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  UNAUTHORIZED: 401,
  UNKNOWN: 500,
  UNSUPPORTED: 405,
} as const;

export type OciErrorCode = keyof typeof STATUS;

export interface OciErrorOptions {
  /** Where it is not the code's usual one. */
  readonly status?: number;
  readonly detail?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class OciError extends Error {
  readonly code: OciErrorCode;
  readonly status: number;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: OciErrorCode, message: string, options: OciErrorOptions = {}) {
    super(message);
    this.name = 'OciError';
    this.code = code;
    this.status = options.status ?? STATUS[code];
    this.detail = options.detail;
    this.headers = options.headers ?? {};
  }

  /** The body: `{"errors":[{"code","message","detail"}]}`. */
  get body(): string {
    const detail = this.detail === undefined ? {} : { detail: this.detail };
    return JSON.stringify({ errors: [{ code: this.code, message: this.message, ...detail }] });
  }
}

/** As ECR says it; docker prints `name unknown: …`. */
export function repositoryUnknown(name: string, account: string): OciError {
  return new OciError('NAME_UNKNOWN', `The repository with name '${name}' does not exist in the registry with id '${account}'`);
}

/** As ECR says it; docker prints `tag invalid: …`. */
export function tagImmutable(tag: string, repository: string): OciError {
  return new OciError('TAG_INVALID', `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`);
}

export function blobUnknown(digest: string): OciError {
  return new OciError('BLOB_UNKNOWN', 'blob unknown to registry', { detail: { digest } });
}

export function uploadUnknown(id: string): OciError {
  return new OciError('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry', { detail: { id } });
}

export function digestInvalid(message = 'provided digest did not match uploaded content', detail?: unknown): OciError {
  return new OciError('DIGEST_INVALID', message, { detail });
}
