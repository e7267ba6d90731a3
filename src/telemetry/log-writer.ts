// Appends frames to the write-ahead file: while one fsync is under way the next group gathers, so that all
// appends in flight share one. An append is acknowledged, and becomes readable, once its fsync has returned.
import { fdatasync, ftruncateSync, writevSync } from 'node:fs';
import { promisify } from 'node:util';
import type { FrameHead } from './log-frame.ts';
import { frameBytes, syncFolder, type Block, type LogFile } from './log-file.ts';

const sync = promisify(fdatasync);
/** Linux takes at most 1024 buffers in one writev. */
const maxBuffers = 1024;

interface Pending {
  readonly head: FrameHead;
  readonly buffers: readonly Uint8Array[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface WriterOptions {
  /** Makes the next write-ahead file. */
  readonly create: () => LogFile;
  /** The file to go on with. */
  readonly file: LogFile;
  /** A file is full at this size, */
  readonly maxFileBytes: number;
  /** or with this many frames. */
  readonly maxFileFrames: number;
  readonly onCommit: (blocks: readonly Block[]) => void;
  readonly onFull: (file: LogFile) => void;
}

export class LogWriter {
  readonly #options: WriterOptions;
  #file: LogFile;
  #frames = 0;
  #pending: Pending[] = [];
  #committing: Promise<void> | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#file = options.file;
  }

  /** The file that is written to: not to be sealed yet. */
  get file(): LogFile {
    return this.#file;
  }

  /** Resolves once the frame is on disk. Rejects when it could not be written: it may then be written again. */
  append(head: FrameHead, buffers: readonly Uint8Array[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ head, buffers, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  /** Waits for everything appended so far. */
  async flush(): Promise<void> {
    while (this.#committing) await this.#committing;
  }

  async #commitAll(): Promise<void> {
    // Whatever is posted in the same turn joins the first group.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const group = this.#pending;
      this.#pending = [];
      try {
        this.#options.onCommit(await this.#commit(group));
        for (const one of group) one.resolve();
        if (this.#file.size >= this.#options.maxFileBytes || this.#frames >= this.#options.maxFileFrames) this.#rotate();
      } catch (error) {
        this.#abandonTail();
        for (const one of group) one.reject(error);
      }
    }
    this.#committing = undefined;
  }

  async #commit(group: readonly Pending[]): Promise<Block[]> {
    const file = this.#file;
    let offset = file.size;
    const blocks = group.map(({ head }) => {
      const block = { ...head, file, offset };
      offset += frameBytes(head);
      return block;
    });
    writeAll(file.fd, group.flatMap(({ buffers }) => buffers), file.size);
    await sync(file.fd);
    file.size = offset;
    this.#frames += group.length;
    return blocks;
  }

  #rotate(): void {
    const full = this.#file;
    this.#file = this.#options.create();
    syncFolder(this.#file.path);
    this.#frames = 0;
    this.#options.onFull(full);
  }

  /** After a failed write or fsync nothing is known of the tail, and a later fsync would not tell: cut it off, go on in a new file. */
  #abandonTail(): void {
    try {
      ftruncateSync(this.#file.fd, this.#file.size);
      this.#rotate();
    } catch {
      // No space even for that: the next commit fails as well and tries again.
    }
  }
}

function writeAll(fd: number, buffers: readonly Uint8Array[], position: number): void {
  for (let first = 0; first < buffers.length; first += maxBuffers) {
    const some = buffers.slice(first, first + maxBuffers);
    const size = some.reduce((sum, buffer) => sum + buffer.length, 0);
    const written = writevSync(fd, some, position);
    // A short write means the disk is full: the rest would fail as well.
    if (written !== size) throw new Error(`wrote ${written} of ${size} bytes of log: is the disk full?`);
    position += size;
  }
}
