// The text of a join token: `lsj_<id>_<secret>_<fingerprint>`. The fingerprint is of the authority behind the control plane's certificate:
// whoever got the token from its operator knows whom to believe.

export interface JoinTokenText {
  /** 12 hex digits. */
  readonly id: string;
  /** 64 hex digits. */
  readonly secret: string;
  /** SHA-256 of the authority's certificate, 64 hex digits. */
  readonly fingerprint: string;
}

const TOKEN = /^lsj_([0-9a-f]{12})_([0-9a-f]{64})_([0-9a-f]{64})$/;

export function renderJoinToken({ id, secret, fingerprint }: JoinTokenText): string {
  return `lsj_${id}_${secret}_${fingerprint}`;
}

/** Undefined when the text is no join token. */
export function parseJoinToken(text: string): JoinTokenText | undefined {
  const [, id, secret, fingerprint] = TOKEN.exec(text.trim()) ?? [];
  return id === undefined || secret === undefined || fingerprint === undefined ? undefined : { id, secret, fingerprint };
}
