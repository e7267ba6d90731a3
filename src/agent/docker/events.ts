// The engine's event stream, kept open. What happened while it was not is for the listener to find out: `opened` says so.
import type { Clock } from '#base/clock.ts';
import { delay } from '#base/clock.ts';
import type { RuntimeEvent, Subscription } from '../runtime.ts';
import { labelFilter } from './answers.ts';
import { parseHealth } from './containers.ts';
import type { EngineClient } from './engine-client.ts';

interface EngineEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly timeNano: number;
}

const REOPEN_MIN_MS = 50;
const REOPEN_MAX_MS = 2000;

/** Calls back one event at a time, in the engine's order. */
export function subscribe(client: EngineClient, clock: Clock, label: { readonly name: string; readonly value: string }, onEvent: (event: RuntimeEvent) => void): Subscription {
  const closed = new AbortController();
  const filters = labelFilter(label, { type: ['container'], event: ['start', 'die', 'destroy', 'health_status'] });

  const listen = async (): Promise<boolean> => {
    const stream = await client.stream({ method: 'GET', path: '/events', query: { filters } }, closed.signal);
    if (stream.statusCode !== 200) {
      stream.resume();
      return false;
    }
    onEvent({ kind: 'opened', atMs: clock.now() });
    let rest = '';
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = line === '' ? undefined : parseEvent(JSON.parse(line) as EngineEvent);
        if (event !== undefined && !closed.signal.aborted) onEvent(event);
      }
    }
    return true;
  };

  const run = async (): Promise<void> => {
    let waitMs = REOPEN_MIN_MS;
    while (!closed.signal.aborted) {
      const before = clock.now();
      const opened = await listen().catch(() => clock.now() - before > 1000);
      if (closed.signal.aborted) return;
      onEvent({ kind: 'lost', atMs: clock.now() });
      waitMs = opened ? REOPEN_MIN_MS : Math.min(REOPEN_MAX_MS, waitMs * 2);
      await delay(clock, waitMs);
    }
  };
  void run();
  return { close: () => closed.abort() };
}

function parseEvent({ Action, Actor, timeNano }: EngineEvent): RuntimeEvent | undefined {
  const common = { id: Actor.ID, atMs: Math.floor(timeNano / 1e6) };
  if (Action === 'start') return { kind: 'started', ...common };
  if (Action === 'destroy') return { kind: 'destroyed', ...common };
  if (Action === 'die') {
    const exitCode = Number(Actor.Attributes['exitCode']);
    return { kind: 'died', ...common, ...(Number.isInteger(exitCode) && { exitCode }) };
  }
  if (Action.startsWith('health_status')) return { kind: 'health', ...common, health: parseHealth(Action.slice('health_status: '.length).trim()) };
  return undefined;
}
