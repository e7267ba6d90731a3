// Connections between agents and control plane that behave as badly as they are told to: slow, cut, half-open,
// losing and repeating frames. In order within one connection, as TCP is; in no order between two.
import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import type { Channel } from '#link/channel.ts';

export interface LinkFaults {
  /** One way, uniform. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  /** Chance that one frame is lost, with the connection staying up. */
  readonly lose: number;
  /** Chance that one frame arrives twice. */
  readonly repeat: number;
}

export const PERFECT_LINK: LinkFaults = { minDelayMs: 1, maxDelayMs: 1, lose: 0, repeat: 0 };

export interface LossyConnection {
  /** What the agent holds, and what the control plane holds. */
  readonly agentEnd: Channel;
  readonly controlEnd: Channel;
  /** Both ends learn of it after a delay. */
  cut(code?: number): void;
  /** Nothing gets through any more and nobody is told. */
  goSilent(): void;
  readonly open: boolean;
}

export interface LossyLinkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Asked for at every frame: faults may stop in the course of a run. */
  readonly faults: () => LinkFaults;
  /** Nothing reaches the agent's end before: it gets the channel only when the answer to its upgrade has travelled back. */
  readonly agentReadyAt?: number;
  readonly onFrame?: (from: 'agent' | 'control', text: string, fate: 'sent' | 'lost' | 'repeated') => void;
}

interface End {
  readonly channel: Channel;
  deliverAt: number;
  closed: boolean;
}

/** One connection. */
export function connectLossy(options: LossyLinkOptions): LossyConnection {
  const { clock, random } = options;
  let silent = false;

  const delayMs = (): number => {
    const { minDelayMs, maxDelayMs } = options.faults();
    return minDelayMs + random.next() * (maxDelayMs - minDelayMs);
  };
  const deliver = (to: End, run: () => void): void => {
    to.deliverAt = Math.max(to.deliverAt, clock.now() + delayMs());
    clock.after(to.deliverAt - clock.now(), run);
  };
  const transmit = (name: 'agent' | 'control', from: End, to: End, text: string): void => {
    if (from.closed) return;
    const { lose, repeat } = options.faults();
    const lost = silent || random.next() < lose;
    const repeated = !lost && random.next() < repeat;
    options.onFrame?.(name, text, lost ? 'lost' : repeated ? 'repeated' : 'sent');
    if (lost) return;
    for (let copies = repeated ? 2 : 1; copies > 0; copies--) {
      deliver(to, () => {
        if (!to.closed && !silent) to.channel.onMessage(text);
      });
    }
  };
  const shut = (end: End, code: number, reason: string): void => {
    if (end.closed) return;
    end.closed = true;
    end.channel.onClose(code, reason);
  };

  const makeEnd = (name: 'agent' | 'control', other: () => End): End => {
    const end: End = {
      deliverAt: 0,
      closed: false,
      channel: {
        send: (text) => transmit(name, end, other(), text),
        close(code = 1000, reason = '') {
          if (end.closed) return;
          // Frames already under way still arrive before the close does.
          if (!silent) deliver(other(), () => shut(other(), code, reason));
          clock.after(0, () => shut(end, code, reason));
        },
        onMessage: () => {},
        onClose: () => {},
      },
    };
    return end;
  };
  const agent: End = makeEnd('agent', () => control);
  const control: End = makeEnd('control', () => agent);
  agent.deliverAt = options.agentReadyAt ?? 0;

  return {
    agentEnd: agent.channel,
    controlEnd: control.channel,
    cut(code = 1006) {
      for (const end of [agent, control]) clock.after(delayMs(), () => shut(end, code, 'cut'));
      silent = true;
    },
    goSilent() {
      silent = true;
    },
    get open() {
      return !agent.closed && !control.closed && !silent;
    },
  };
}
