// Keeps a connection open: connects, and connects again when it is lost, ever more slowly while it fails.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { Channel } from './channel.ts';

export interface ReconnectOptions {
  readonly name: string;
  readonly connect: () => Promise<Channel>;
  /** Takes the channel over: sets onMessage. onClose stays with the connection; `onLost` tells. */
  readonly onOpen: (channel: Channel) => void;
  readonly onLost: () => void;
  /** A refusal to which the caller has its own answer: how long to wait, or undefined for the ordinary backoff. */
  readonly refusedWaitMs?: (error: unknown) => number | undefined;
  /** Without a message for so long the connection is given up: a peer may be gone without a word. */
  readonly silenceMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface Reconnecting {
  readonly connected: boolean;
  /** A message came in: the peer is alive. */
  heard(): void;
  close(): void;
}

const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 120_000;
/** A connection that lasted so long was a good one: the next attempt follows at once. */
const GOOD_CONNECTION_MS = 1_000;

/** Doubling from 0.25 s to 2 min, each ± a quarter so that hosts do not come back in step. */
export function backoffMs(failures: number, random: Random): number {
  const base = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures, 20));
  return base * (0.75 + random.next() / 2);
}

export function openReconnecting(options: ReconnectOptions): Reconnecting {
  const { clock, random, log } = options;
  let channel: Channel | undefined;
  let closed = false;
  let failures = 0;
  let retry: Timer | undefined;
  let watch: Timer | undefined;
  let heardAt = 0;

  const again = (delayMs: number): void => {
    if (!closed) retry = clock.after(delayMs, attempt);
  };

  const lost = (of: Channel, openedAt: number): void => {
    if (channel !== of) return;
    channel = undefined;
    // What a half-open connection still delivers is older than what the next one will say.
    of.onMessage = () => {};
    watch?.cancel();
    options.onLost();
    if (clock.now() - openedAt >= GOOD_CONNECTION_MS) {
      failures = 0;
      again(random.next() * FIRST_BACKOFF_MS);
    } else again(backoffMs(failures++, random));
  };

  const watchSilence = (of: Channel, openedAt: number): void => {
    const remaining = heardAt + options.silenceMs - clock.now();
    watch = clock.after(Math.max(0, remaining), () => {
      if (channel !== of) return;
      if (clock.now() - heardAt < options.silenceMs) return watchSilence(of, openedAt);
      log.warn(`${options.name}: silent, connecting anew`);
      of.close(1001, 'silent');
      lost(of, openedAt);
    });
  };

  const attempt = (): void => {
    options.connect().then(
      (opened) => {
        if (closed) return opened.close(1001, 'agent is going away');
        channel = opened;
        heardAt = clock.now();
        const openedAt = heardAt;
        opened.onClose = (code, reason) => {
          // 1000: the control plane renews its connections now and then.
          if (code !== 1000) log.warn(`${options.name}: connection ended`, { code, reason });
          lost(opened, openedAt);
        };
        watchSilence(opened, openedAt);
        options.onOpen(opened);
      },
      (error: unknown) => {
        const waitMs = options.refusedWaitMs?.(error) ?? backoffMs(failures++, random);
        log.warn(`${options.name}: not connected`, { error: String(error), waitMs: Math.round(waitMs) });
        again(waitMs);
      },
    );
  };

  attempt();
  return {
    get connected() {
      return channel !== undefined;
    },
    heard() {
      heardAt = clock.now();
    },
    close() {
      if (closed) return;
      closed = true;
      retry?.cancel();
      watch?.cancel();
      const open = channel;
      channel = undefined;
      open?.close(1000, 'agent is going away');
    },
  };
}
