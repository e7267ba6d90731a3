// Faults planted on purpose, to see that the simulation would find them. Each is put in at the edge of a component, so
// that the product carries no switches for it.
import type { Random } from '#base/random.ts';
import type { BalancerParts } from '#balancer/parts.ts';
import type { StateStore } from '#agent/state-store.ts';
import type { Channel } from '#link/channel.ts';
import { networkInterfaces } from '#model/network.ts';
import type { Store, Transaction } from '#store/store.ts';
import type { Serve } from './rpc.ts';
import type { Scenario } from './scenario.ts';

export interface Mutant {
  readonly name: string;
  /** What is wrong with it. */
  readonly what: string;
  /** Changes the store of the whole control plane. */
  readonly store?: (store: Store) => void;
  /** What the control loops get for a store. */
  readonly controlStore?: (store: Store) => Store;
  /** What the balancer gets for a world. */
  readonly balancerParts?: (parts: BalancerParts) => BalancerParts;
  readonly staleCapacity?: boolean;
  readonly answerEarly?: boolean;
  readonly flushesNothing?: boolean;
  readonly stateStore?: (state: StateStore) => StateStore;
  /** The control plane's end of an ACS connection. */
  readonly controlChannel?: (channel: Channel, memory: Set<string>) => Channel;
  /** The agent's end of a TCS connection. */
  readonly telemetryChannel?: (channel: Channel) => Channel;
  readonly serve?: (next: Serve, random: Random) => Serve;
  /** Makes sure that the scenario has the faults it takes. */
  readonly scenario?: (scenario: Scenario) => Scenario;
}

/** A store with some members replaced. */
function storeWith(store: Store, change: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      const own = change[name as keyof Store];
      if (own !== undefined) return own;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member as (...args: unknown[]) => unknown).bind(target) : member;
    },
  });
}

/** A channel that sees every frame it is to send first. `send` passes one on. */
function channelWith(channel: Channel, onSend: (text: string, send: (text: string) => void, receive: (text: string) => void) => void): Channel {
  return {
    send: (text) => onSend(text, (passed) => channel.send(passed), (answer) => queueMicrotask(() => channel.onMessage(answer))),
    close: (code, reason) => channel.close(code, reason),
    get onMessage() {
      return channel.onMessage;
    },
    set onMessage(handler) {
      channel.onMessage = handler;
    },
    get onClose() {
      return channel.onClose;
    },
    set onClose(handler) {
      channel.onClose = handler;
    },
  };
}

interface AnyFrame {
  readonly type: string;
  readonly message: { readonly messageId: string; readonly tasks: readonly { readonly arn: string; readonly desiredStatus: string }[] } & Record<string, unknown>;
}
const ack = (messageId: string): string => JSON.stringify({ type: 'AckRequest', message: { cluster: '', containerInstance: '', messageId } });
const more = (value: number, mean: number): number => (value === 0 ? mean : value);

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'orders-before-durable',
    what: 'the dispatcher sends an order without waiting until the task is durable',
    controlStore: (store) => storeWith(store, { durable: () => Promise.resolve() }),
    scenario: (s) => ({ ...s, journalDelayMs: Math.max(s.journalDelayMs, 20) }),
  },
  {
    name: 'answers-before-durable',
    what: 'the API answers before the change is durable',
    answerEarly: true,
    scenario: (s) => ({ ...s, journalDelayMs: 200, controlKillEveryMs: more(s.controlKillEveryMs, 4_000) }),
  },
  {
    name: 'acknowledged-before-taken',
    what: 'an order is acknowledged when it is sent, not when the agent has taken it',
    controlChannel: (channel) =>
      channelWith(channel, (text, send, receive) => {
        send(text);
        const { type, message } = JSON.parse(text) as AnyFrame;
        if (type === 'PayloadMessage') receive(ack(message.messageId));
      }),
    scenario: (s) => ({ ...s, cutEveryMs: more(s.cutEveryMs, 1_500), link: { ...s.link, lose: 0.1 } }),
  },
  {
    name: 'stop-sent-once',
    what: 'a stop is sent on one connection only and not repeated after a reconnect',
    controlChannel: stopSentOnce,
    scenario: (s) => ({ ...s, cutEveryMs: more(s.cutEveryMs, 1_500), link: { ...s.link, lose: 0.2 } }),
  },
  {
    name: 'manifest-ignored',
    what: 'the agent does not look at the manifest',
    controlChannel: (channel) => channelWith(channel, (text, send) => ((JSON.parse(text) as AnyFrame).type === 'TaskManifestMessage' ? undefined : send(text))),
    scenario: (s) => ({ ...s, hostLossMs: 3_000, silenceEveryMs: 0, agentKillEveryMs: more(s.agentKillEveryMs, 2_000) }),
  },
  {
    name: 'state-never-flushed',
    what: 'the agent acknowledges an order that is not yet on its disk',
    flushesNothing: true,
    scenario: (s) => ({ ...s, powerLossEveryMs: more(s.powerLossEveryMs, 6_000) }),
  },
  {
    name: 'orders-forgotten',
    what: 'the agent does not keep its orders over a restart',
    stateStore: (state) => ({ ...state, entries: state.entries, put: (key, value) => (key.startsWith('order/') ? undefined : state.put(key, value)), flush: () => state.flush() }),
    scenario: (s) => ({ ...s, agentKillEveryMs: more(s.agentKillEveryMs, 3_000) }),
  },
  {
    name: 'report-dropped',
    what: 'the control plane acknowledges a report and does nothing with it',
    serve: (next, random) => (operation, input, principal) =>
      operation === 'SubmitTaskStateChange' && random.next() < 0.1 ? Promise.resolve({}) : next(operation, input, principal),
  },
  {
    name: 'health-never-published',
    what: 'the agent does not publish the health of its containers',
    telemetryChannel: (channel) => channelWith(channel, (text, send) => ((JSON.parse(text) as AnyFrame).type === 'PublishHealthRequest' ? undefined : send(text))),
  },
  {
    name: 'token-ignored',
    what: 'RunTask pays no regard to the client token',
    serve: (next) => (operation, input, principal) => {
      const { clientToken: _, ...rest } = input;
      return next(operation, operation === 'RunTask' ? rest : input, principal);
    },
    scenario: (s) => ({ ...s, answerLoss: 0.3 }),
  },
  {
    name: 'capacity-stale',
    what: 'placement does not see tasks that were started since the control plane came up',
    staleCapacity: true,
  },
  {
    name: 'interface-leaked',
    what: 'the network interface of a stopped task is not deleted',
    controlStore: (store) =>
      storeWith(store, {
        transact: (decide) =>
          store.transact((tx) =>
            decide(
              new Proxy<Transaction>(tx, {
                get(target, name) {
                  const member: unknown = Reflect.get(target, name, target);
                  if (typeof member !== 'function') return member;
                  if (name !== 'delete') return (member as (...args: unknown[]) => unknown).bind(target);
                  return (table: { name: string }, key: string) => (table.name === networkInterfaces.name ? undefined : target.delete(table as never, key));
                },
              }),
            ),
          ),
      }),
  },
];

/** @param told stops that were sent before, on whatever connection */
function stopSentOnce(channel: Channel, told: Set<string>): Channel {
  return channelWith(channel, (text, send, receive) => {
    const frame = JSON.parse(text) as AnyFrame;
    if (frame.type === 'TaskManifestMessage') return send(text.replaceAll('"STOPPED"', '"RUNNING"'));
    if (frame.type !== 'PayloadMessage') return send(text);
    const tasks = frame.message.tasks.filter((task) => task.desiredStatus === 'RUNNING' || !told.has(task.arn));
    for (const task of tasks) if (task.desiredStatus === 'STOPPED') told.add(task.arn);
    if (tasks.length > 0) send(JSON.stringify({ ...frame, message: { ...frame.message, tasks } }));
    else receive(ack(frame.message.messageId));
  });
}
