// Two ends of a binary channel in memory, on a clock: frames take their time, keep their order, and wait while the other end is paused.
import type { Clock } from '#base/clock.ts';
import type { BinaryChannel } from '#link/exec/binary-channel.ts';

export interface PairEnd extends BinaryChannel {
  /** Breaks the connection: both ends hear of it, what is under way is lost. */
  cut(): void;
  readonly open: boolean;
}

interface Side {
  queue: (readonly [Buffer, boolean])[];
  paused: boolean;
  handler: BinaryChannel['onMessage'] | undefined;
  onClose: BinaryChannel['onClose'] | undefined;
  ended: readonly [number, string] | undefined;
  end: PairEnd | undefined;
}

export function channelPair(clock: Clock, latencyMs = 1): [PairEnd, PairEnd] {
  const sides: [Side, Side] = [side(), side()];
  let generation = 0;

  const pump = (to: Side, from: Side): void => {
    while (!to.paused && to.handler !== undefined && to.queue.length > 0) {
      const [data, isText] = to.queue.shift()!;
      to.handler(data, isText);
      from.end?.onDrain();
    }
  };
  const close = (code: number, reason: string, lost: boolean): void => {
    const closing = ++generation;
    if (lost) for (const one of sides) one.queue = [];
    clock.after(latencyMs, () => {
      if (closing !== generation) return;
      for (const one of sides) {
        if (one.ended !== undefined) continue;
        one.ended = [code, reason];
        one.onClose?.(code, reason);
      }
    });
  };

  const open = (own: Side, other: Side): PairEnd => {
    let under = 0;
    const end: PairEnd = {
      get open() {
        return own.ended === undefined && generation === 0;
      },
      send(data) {
        if (generation > 0) return;
        const bytes = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);
        under += 1;
        clock.after(latencyMs, () => {
          under -= 1;
          if (other.ended !== undefined) return;
          other.queue.push([bytes, typeof data === 'string']);
          pump(other, own);
        });
      },
      get buffered() {
        return under + other.queue.reduce((sum, [data]) => sum + data.length, 0);
      },
      pause: () => void (own.paused = true),
      resume() {
        own.paused = false;
        pump(own, other);
      },
      close: (code = 1000, reason = '') => void (generation === 0 && close(code, reason, false)),
      cut: () => void (generation === 0 && close(1006, '', true)),
      onDrain: () => {},
      get onMessage() {
        return own.handler ?? (() => {});
      },
      set onMessage(handler) {
        own.handler = handler;
        pump(own, other);
      },
      get onClose() {
        return own.onClose ?? (() => {});
      },
      set onClose(handler) {
        own.onClose = handler;
        if (own.ended !== undefined) handler(...own.ended);
      },
    };
    own.end = end;
    return end;
  };
  return [open(sides[0], sides[1]), open(sides[1], sides[0])];
}

function side(): Side {
  return { queue: [], paused: false, handler: undefined, onClose: undefined, ended: undefined, end: undefined };
}
