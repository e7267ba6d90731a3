// The Range header of a GET (RFC 9110, 14.2), one range only as S3 takes it.

export type ByteRange = { readonly first: number; readonly last: number };

/** Undefined: no range, or one that is none and is ignored, as S3 does. `unsatisfiable`: it begins behind the end. */
export function parseRange(text: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | undefined {
  const match = text === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(text.trim());
  if (match === null) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '') {
    if (to === '') return undefined;
    const wanted = Number(to);
    return wanted === 0 || sizeBytes === 0 ? 'unsatisfiable' : { first: Math.max(0, sizeBytes - wanted), last: sizeBytes - 1 };
  }
  const first = Number(from);
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (to !== '' && Number(to) < first) return undefined;
  return first >= sizeBytes ? 'unsatisfiable' : { first, last };
}
