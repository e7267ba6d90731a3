// Which blocks hold the events of which stream: in memory, about 300 bytes a block, rebuilt from the files at start.
import { frameBytes, type Block } from './log-file.ts';
import type { LogStreamStats } from '#core/telemetry/log-event.ts';

const perEventBytes = 26;

export class LogIndex {
  /** groupId → streamId → blocks in order of arrival. */
  readonly #groups = new Map<string, Map<string, Block[]>>();
  /** One above the highest seq known. */
  nextSeq = 1;

  add(block: Block): void {
    let streams = this.#groups.get(block.groupId);
    if (!streams) this.#groups.set(block.groupId, (streams = new Map()));
    const blocks = streams.get(block.streamId);
    if (blocks) blocks.push(block);
    else streams.set(block.streamId, [block]);
    block.file.liveBytes += frameBytes(block);
    this.nextSeq = Math.max(this.nextSeq, block.maxSeq + 1);
  }

  groupIds(): string[] {
    return [...this.#groups.keys()];
  }

  streamIds(groupId: string): string[] {
    return [...(this.#groups.get(groupId)?.keys() ?? [])];
  }

  /** The blocks of these streams, or of all of the group. */
  blocks(groupId: string, streamIds?: readonly string[]): Block[] {
    const streams = this.#groups.get(groupId);
    if (!streams) return [];
    if (!streamIds) return [...streams.values()].flat();
    return streamIds.flatMap((id) => streams.get(id) ?? []);
  }

  /** Every block that lies in the file of this number. */
  blocksOf(number: number): Block[] {
    return [...this.#groups.values()].flatMap((streams) => [...streams.values()].flat()).filter((block) => block.file.number === number);
  }

  has(groupId: string, streamId: string): boolean {
    return this.#groups.get(groupId)?.has(streamId) ?? false;
  }

  /** Forgets blocks; returns how many. */
  drop(groupId: string, streamId: string, unwanted: (block: Block) => boolean): number {
    const streams = this.#groups.get(groupId);
    const blocks = streams?.get(streamId);
    if (!streams || !blocks) return 0;
    const kept = blocks.filter((block) => {
      if (!unwanted(block)) return true;
      block.file.liveBytes -= frameBytes(block);
      return false;
    });
    if (kept.length > 0) streams.set(streamId, kept);
    else streams.delete(streamId);
    if (streams.size === 0) this.#groups.delete(groupId);
    return blocks.length - kept.length;
  }

  stats(groupId: string): LogStreamStats[] {
    const streams = this.#groups.get(groupId) ?? new Map<string, Block[]>();
    return [...streams].map(([streamId, blocks]) => streamStats(streamId, blocks));
  }

  groupBytes(groupId: string): number {
    return this.stats(groupId).reduce((sum, stream) => sum + stream.bytes, 0);
  }
}

function streamStats(streamId: string, blocks: readonly Block[]): LogStreamStats {
  let firstEventTimestamp = Infinity;
  let lastEventTimestamp = 0;
  let lastIngestionTime = 0;
  let events = 0;
  let bytes = 0;
  for (const block of blocks) {
    firstEventTimestamp = Math.min(firstEventTimestamp, block.minTimestamp);
    lastEventTimestamp = Math.max(lastEventTimestamp, block.maxTimestamp);
    lastIngestionTime = Math.max(lastIngestionTime, block.ingestionTime);
    events += block.count;
    bytes += block.messageBytes + block.count * perEventBytes;
  }
  return { streamId, firstEventTimestamp, lastEventTimestamp, lastIngestionTime, events, bytes };
}
