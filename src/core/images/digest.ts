// Digests and tags as text: what is well formed.

const DIGEST = /^sha256:[a-f0-9]{64}$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** A digest we can store: sha256 in lower-case hex. Other algorithms are refused, as ECR does. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** A tag by the OCI grammar: at most 128 characters. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}
