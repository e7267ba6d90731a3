// What the control plane's thread asks of the threads that decode, hash and write objects. Work is named by the path of its unfinished file.
import type { PieceSigning } from './chunked-body.ts';
import type { Algorithm } from './digests.ts';

export type ObjectRequest =
  /** Makes the file. @property chunked the body is aws-chunked */
  | { readonly op: 'open'; readonly path: string; readonly digests: readonly Algorithm[]; readonly chunked: boolean; readonly signing?: PieceSigning }
  /** Appends; the chunks' memory has been handed over. */
  | { readonly op: 'write'; readonly path: string; readonly chunks: readonly Uint8Array[] }
  /** Everything has come: what it was. */
  | { readonly op: 'seal'; readonly path: string }
  /** Makes a sealed file durable under its final name. */
  | { readonly op: 'publish'; readonly path: string; readonly target: string }
  /** Gives files further names, durably. */
  | { readonly op: 'link'; readonly path: string; readonly links: readonly { readonly from: string; readonly to: string }[] }
  /** Closes and removes the file. */
  | { readonly op: 'discard'; readonly path: string };

export interface ObjectReply {
  readonly sizeBytes: number;
  /** Of `seal`: base64 by algorithm, and what stood behind an aws-chunked body. */
  readonly digests?: Readonly<Partial<Record<Algorithm, string>>>;
  readonly trailers?: Readonly<Record<string, string>>;
}
