// What the control plane's thread asks of the threads that hash and write bytes. Work is named by the path of its unfinished file.

export type ByteRequest =
  /** Opens the upload's file, creating it when it is absent, and hashes what it holds. */
  | { readonly op: 'open'; readonly path: string }
  /** Appends; the chunks' memory has been handed over. */
  | { readonly op: 'write'; readonly path: string; readonly chunks: readonly Uint8Array[] }
  /** Compares the digest and, when it is right, makes the file durable under its final name. */
  | { readonly op: 'finish'; readonly path: string; readonly sha256: string; readonly target: string }
  /** Writes a small blob durably under its final name, by way of `path`; or nothing when it is there. */
  | { readonly op: 'store'; readonly path: string; readonly bytes: Uint8Array; readonly target: string }
  /** Closes; the file stays for a later `open`. */
  | { readonly op: 'release'; readonly path: string }
  /** Closes and removes the file. */
  | { readonly op: 'discard'; readonly path: string };

export interface ByteReply {
  /** Length of the upload afterwards. */
  readonly sizeBytes: number;
  /** Of `finish` only: false = another digest, the upload has been removed. */
  readonly matched?: boolean;
}
