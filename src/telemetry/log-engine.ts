// The log store itself, as it runs in its worker: joins files, index, writer, reader and sealer.
import { fsyncSync, mkdirSync, readdirSync, readFileSync, ftruncateSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { containsText, parseFilterPattern } from '#core/telemetry/filter-pattern.ts';
import type { LogPage, LogQuery, LogStreamStats } from '#core/telemetry/log-event.ts';
import type { Logger } from '#base/logger.ts';
import type { EncodedBatch } from './log-block.ts';
import { encodeFrame, scanFrames } from './log-frame.ts';
import { frameBytes, LogFile, syncFolder, type Block } from './log-file.ts';
import { LogIndex } from './log-index.ts';
import { readEvents } from './log-read.ts';
import { readSegmentIndex, sealSegment } from './log-seal.ts';
import { LogWriter } from './log-writer.ts';
import { turnTaker } from './turn-taker.ts';

export interface EngineOptions {
  /** Created when absent. */
  readonly folder: string;
  readonly log: Logger;
  /** A write-ahead file is sealed from this size on. */
  readonly maxFileBytes?: number;
  readonly maxFileFrames?: number;
}

export interface AppendRequest extends EncodedBatch {
  readonly groupId: string;
  readonly streamId: string;
  readonly ingestionTime: number;
}

/** What of a group is to be kept: a group that is not named is dropped, and so is a stream. */
export interface KeepGroup {
  readonly groupId: string;
  /** Events before this are dropped, in whole blocks. */
  readonly keepFrom: number;
  readonly streamIds: readonly string[];
}

export type CommitListener = (blocks: readonly Block[]) => void;

export class LogEngine {
  readonly #folder: string;
  readonly #log: Logger;
  readonly #index = new LogIndex();
  readonly #files = new Map<number, LogFile>();
  readonly #listeners = new Set<CommitListener>();
  readonly #pause = turnTaker(8);
  readonly #writer: LogWriter;
  #nextNumber = 1;
  #nextSeq: number;
  #sealing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: EngineOptions) {
    this.#folder = options.folder;
    this.#log = options.log;
    mkdirSync(options.folder, { recursive: true });
    const unsealed = this.#loadFiles();
    this.#nextSeq = this.#index.nextSeq;
    const file = this.#createFile();
    syncFolder(file.path);
    this.#writer = new LogWriter({
      file,
      create: () => this.#createFile(),
      maxFileBytes: options.maxFileBytes ?? 64 * 1024 * 1024,
      maxFileFrames: options.maxFileFrames ?? 20_000,
      onCommit: (blocks) => this.#onCommit(blocks),
      onFull: (full) => this.#seal(full),
    });
    for (const old of unsealed) this.#seal(old);
  }

  /** Resolves once the batch is on disk; from then on it is readable. */
  append(request: AppendRequest): Promise<void> {
    const { payload, minTimestamp, maxTimestamp, groupId, streamId, ingestionTime, count, messageBytes, textOffset } = request;
    const minSeq = this.#nextSeq;
    this.#nextSeq += count;
    const maxSeq = minSeq + count - 1;
    const head = { groupId, streamId, count, minTimestamp, maxTimestamp, minSeq, maxSeq, ingestionTime, messageBytes, textOffset, merged: false };
    const frame = encodeFrame(head, payload);
    return this.#writer.append(frame.head, frame.buffers);
  }

  async read(query: LogQuery): Promise<LogPage> {
    const filter = query.contains ? containsText(query.contains) : query.filterPattern ? parseFilterPattern(query.filterPattern) : undefined;
    const blocks = this.#index.blocks(query.groupId, query.streamIds);
    return this.#using(blocks, () => readEvents(blocks, query, filter, { pause: this.#pause, damaged: this.#damaged }));
  }

  stats(groupId: string): LogStreamStats[] {
    return this.#index.stats(groupId);
  }

  groupBytes(groupIds: readonly string[]): number[] {
    return groupIds.map((id) => this.#index.groupBytes(id));
  }

  deleteStream(groupId: string, streamId: string): void {
    this.#index.drop(groupId, streamId, () => true);
    this.#reclaim();
  }

  deleteGroup(groupId: string): void {
    for (const streamId of this.#index.streamIds(groupId)) this.#index.drop(groupId, streamId, () => true);
    this.#reclaim();
  }

  /** Drops everything that is not to be kept. The list must be complete at the moment of the call. */
  keep(groups: readonly KeepGroup[]): void {
    const wanted = new Map(groups.map((group) => [group.groupId, { keepFrom: group.keepFrom, streamIds: new Set(group.streamIds) }]));
    for (const groupId of this.#index.groupIds()) {
      const group = wanted.get(groupId);
      for (const streamId of this.#index.streamIds(groupId)) {
        const known = group?.streamIds.has(streamId);
        this.#index.drop(groupId, streamId, (block) => !known || block.maxTimestamp < group!.keepFrom);
      }
    }
    this.#reclaim();
  }

  /** Drops what is older than `keepFrom`, and then of every group its oldest blocks until it takes no more than so many bytes on disk. */
  trim(keepFrom: number, maxGroupBytes: number): void {
    for (const groupId of this.#index.groupIds()) {
      const newestFirst = this.#index.blocks(groupId).sort((a, b) => b.maxTimestamp - a.maxTimestamp);
      let bytes = 0;
      const unwanted = new Set(newestFirst.filter((block) => (bytes += frameBytes(block)) > maxGroupBytes || block.maxTimestamp < keepFrom));
      if (unwanted.size === 0) continue;
      for (const streamId of this.#index.streamIds(groupId)) this.#index.drop(groupId, streamId, (block) => unwanted.has(block));
    }
    this.#reclaim();
  }

  /** Called with the blocks of each commit, after it is durable. */
  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when no sealing is under way: for tests and for closing. */
  async settled(): Promise<void> {
    await this.#writer.flush();
    let last: Promise<void>;
    do await (last = this.#sealing);
    while (last !== this.#sealing);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.settled();
    for (const file of this.#files.values()) file.release();
    this.#files.clear();
  }

  #onCommit(blocks: readonly Block[]): void {
    for (const block of blocks) this.#index.add(block);
    for (const listener of this.#listeners) listener(blocks);
  }

  /** Keeps the files of these blocks open while `work` runs. */
  async #using<T>(blocks: readonly Block[], work: () => Promise<T>): Promise<T> {
    const files = new Set(blocks.map((block) => block.file));
    for (const file of files) file.retain();
    try {
      return await work();
    } finally {
      for (const file of files) file.release();
    }
  }

  readonly #damaged = (block: Block, error: unknown): void => {
    this.#log.error('log block cannot be read; its events are left out', { file: block.file.path, offset: block.offset, error: String(error) });
  };

  #createFile(): LogFile {
    const number = this.#nextNumber++;
    const file = new LogFile(number, join(this.#folder, `${name(number)}.wal`), false, 'wx+', 0);
    this.#files.set(number, file);
    return file;
  }

  /** Fills the index; gives the write-ahead files that are still to be sealed. */
  #loadFiles(): LogFile[] {
    const names = readdirSync(this.#folder).sort();
    const segments = new Set(names.filter((one) => one.endsWith('.seg')).map(numberOf));
    const unsealed: LogFile[] = [];
    for (const one of names) {
      const path = join(this.#folder, one);
      const number = numberOf(one);
      // Half a segment, or a write-ahead file whose segment is complete: left by a crash.
      if (one.endsWith('.tmp') || (one.endsWith('.wal') && segments.has(number))) {
        unlinkSync(path);
      } else if (one.endsWith('.wal') || one.endsWith('.seg')) {
        this.#nextNumber = Math.max(this.#nextNumber, number + 1);
        const sealed = one.endsWith('.seg');
        const file = new LogFile(number, path, sealed, sealed ? 'r' : 'r+', statSync(path).size);
        this.#files.set(number, file);
        this.#loadFile(file);
        if (!sealed) unsealed.push(file);
      }
    }
    return unsealed;
  }

  #loadFile(file: LogFile): void {
    const placed = file.sealed ? readSegmentIndex(file.fd, file.size) : undefined;
    if (placed) {
      for (const { head, offset } of placed) this.#index.add({ ...head, file, offset });
      file.frameBytes = file.liveBytes;
      return;
    }
    const scan = scanFrames(readFileSync(file.path));
    for (const { head, offset } of scan.frames) this.#index.add({ ...head, file, offset });
    if (scan.skippedBytes > 0) this.#log.error('log file is damaged; the damaged part is left out', { file: file.path, bytes: scan.skippedBytes });
    if (!file.sealed && scan.end < file.size) {
      this.#log.warn('log file had a torn tail, which nobody was promised', { file: file.path, bytes: file.size - scan.end });
      ftruncateSync(file.fd, scan.end);
      fsyncSync(file.fd);
      file.size = scan.end;
    }
  }

  /** One after the other, in the background. */
  #seal(file: LogFile): void {
    this.#sealing = this.#sealing.then(async () => {
      if (this.#closed) return;
      try {
        await this.#sealNow(file);
      } catch (error) {
        this.#log.error('log file could not be sealed; it stays as it is', { file: file.path, error: String(error) });
      }
    });
  }

  async #sealNow(file: LogFile): Promise<void> {
    if (this.#files.get(file.number) !== file) return;
    const blocks = this.#index.blocksOf(file.number);
    if (blocks.length === 0) return this.#removeFile(file);
    const path = join(this.#folder, `${name(file.number)}.seg`);
    const { placed, size } = await this.#using(blocks, () => sealSegment(path, blocks, { pause: this.#pause, damaged: this.#damaged }));
    if (this.#files.get(file.number) !== file) return unlinkSync(path); // Everything in it was deleted meanwhile.
    const segment = new LogFile(file.number, path, true, 'r', size);
    this.#files.set(file.number, segment);
    for (const stream of Map.groupBy(placed, ({ head }) => `${head.groupId}${head.streamId}`).values()) {
      const { groupId, streamId } = stream[0]!.head;
      for (const { head } of stream) segment.frameBytes += frameBytes(head);
      // What was deleted meanwhile stays deleted.
      if (this.#index.drop(groupId, streamId, (block) => block.file === file) === 0) continue;
      for (const { head, offset } of stream) this.#index.add({ ...head, file: segment, offset });
    }
    if (file.sealed) file.release();
    else file.remove();
  }

  /** Removes files nobody needs and rewrites segments that are mostly dead. */
  #reclaim(): void {
    for (const file of this.#files.values()) {
      if (file === this.#writer.file) continue;
      if (file.liveBytes === 0) this.#removeFile(file);
      else if (file.sealed && file.liveBytes * 2 < file.frameBytes) this.#seal(file);
    }
  }

  #removeFile(file: LogFile): void {
    this.#files.delete(file.number);
    file.remove();
  }
}

function name(number: number): string {
  return String(number).padStart(10, '0');
}

function numberOf(file: string): number {
  return Number(file.slice(0, 10));
}
