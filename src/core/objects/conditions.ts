// Conditions of reads and writes of objects (RFC 9110, 13; S3's "Conditional reads" and "Conditional requests").

export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSinceMs?: number | undefined;
  readonly ifUnmodifiedSinceMs?: number | undefined;
}

export interface Version {
  /** Without the quotes. */
  readonly etag: string;
  readonly modifiedAt: number;
}

/** If-Match goes before If-Unmodified-Since, If-None-Match before If-Modified-Since. Times count in whole seconds. */
export function judgeRead(conditions: Conditions, version: Version): 'ok' | 'failed' | 'notModified' {
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = conditions;
  const modifiedS = Math.floor(version.modifiedAt / 1000);
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, version.etag)) return 'failed';
  } else if (ifUnmodifiedSinceMs !== undefined && modifiedS > Math.floor(ifUnmodifiedSinceMs / 1000)) return 'failed';
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, version.etag) ? 'notModified' : 'ok';
  return ifModifiedSinceMs !== undefined && modifiedS <= Math.floor(ifModifiedSinceMs / 1000) ? 'notModified' : 'ok';
}

/** @param current undefined: there is no such object */
export function judgeWrite(conditions: Pick<Conditions, 'ifMatch' | 'ifNoneMatch'>, current: Version | undefined): 'ok' | 'failed' | 'absent' {
  if (conditions.ifMatch !== undefined) {
    if (current === undefined) return 'absent';
    return matches(conditions.ifMatch, current.etag) ? 'ok' : 'failed';
  }
  return conditions.ifNoneMatch !== undefined && current !== undefined && matches(conditions.ifNoneMatch, current.etag) ? 'failed' : 'ok';
}

/** A list of tags, quoted or not, or `*`. */
function matches(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const tag = item.trim().replace(/^W\//, '');
    return tag === '*' || tag === etag || tag === `"${etag}"`;
  });
}
