// Keeps one host's agent told of its VPCs: one message at a time, the next when that one is acknowledged; what changes meanwhile goes
// together. Without an acknowledgement, or when the agent has another version than we thought, everything is sent again.
import type { Clock, Timer } from '#base/clock.ts';
import { uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import type { NetworkStateMessage, VpcUpdate } from '#link/messages.ts';
import type { VpcFeeds } from './vpc-feeds.ts';

export interface NetworkSenderOptions {
  readonly feeds: Pick<VpcFeeds, 'vpcsOf' | 'since'>;
  /** The host's underlay address. */
  readonly host: string;
  /** Nothing is told before it is durable. */
  readonly durable: () => Promise<void>;
  readonly send: (message: NetworkStateMessage) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly resendMs: number;
}

export interface NetworkSender {
  /** Something may have changed in a VPC of this host. */
  touch(): void;
  onAck(messageId: string, taken: boolean): void;
  close(): void;
}

export function openNetworkSender(options: NetworkSenderOptions): NetworkSender {
  const { feeds, clock, random } = options;
  /** What the agent has acknowledged, by VPC; undefined: nothing yet on this connection. */
  let known: ReadonlyMap<string, number> | undefined;
  let outstanding: { readonly messageId: string; readonly known: ReadonlyMap<string, number> } | undefined;
  let number = 0;
  let touched = false;
  let running = false;
  let closed = false;
  let timer: Timer | undefined;

  const compose = (): { message: NetworkStateMessage; known: Map<string, number> } | undefined => {
    const next = new Map<string, number>();
    const vpcs: VpcUpdate[] = [];
    for (const vpcId of feeds.vpcsOf(options.host)) {
      const seen = known?.get(vpcId);
      const update = feeds.since(vpcId, seen);
      if (update !== undefined) vpcs.push(update);
      const version = update?.version ?? seen;
      if (version !== undefined) next.set(vpcId, version);
    }
    const left = [...(known?.keys() ?? [])].some((vpcId) => !next.has(vpcId));
    if (known !== undefined && vpcs.length === 0 && !left) return undefined;
    return { message: { messageId: uuid(random), number: ++number, vpcIds: [...next.keys()], vpcs }, known: next };
  };

  const round = async (): Promise<void> => {
    touched = false;
    const composed = compose();
    if (composed === undefined) return;
    outstanding = { messageId: composed.message.messageId, known: composed.known };
    await options.durable();
    if (closed) return;
    timer = clock.after(options.resendMs, startAgain);
    options.send(composed.message);
  };

  const begin = (): void => {
    if (running || closed || outstanding !== undefined) return;
    running = true;
    // In a microtask, so that all that one commit changes goes together.
    Promise.resolve().then(round).then(
      () => {
        running = false;
        if (touched) begin();
      },
      () => {
        // A journal that failed is the end of the process; whoever owns the store sees to that.
        running = false;
      },
    );
  };

  const startAgain = (): void => {
    outstanding = undefined;
    known = undefined;
    begin();
  };

  begin();
  return {
    touch() {
      touched = true;
      begin();
    },
    onAck(messageId, taken) {
      if (outstanding?.messageId !== messageId) return;
      timer?.cancel();
      if (!taken) return startAgain();
      known = outstanding.known;
      outstanding = undefined;
      begin();
    },
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
