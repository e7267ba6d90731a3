// One host: a fake container runtime that outlives everything, the agent's disk, and the real agent, which can be killed.
import { delay } from '#base/clock.ts';
import type { Clock } from '#base/clock.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import type { Random } from '#base/random.ts';
import { createAgent } from '#agent/agent.ts';
import type { Agent } from '#agent/agent.ts';
import type { Runtime } from '#agent/runtime.ts';
import { LABELS, taskId } from '#agent/spec/names.ts';
import type { StateStore } from '#agent/state-store.ts';
import type { AgentApi } from '#link/agent-api.ts';
import type { Connect } from '#link/channel.ts';
import { fakeInterfaces } from '#tests/support/fake-interfaces.ts';
import type { FakeInterfaces } from '#tests/support/fake-interfaces.ts';
import { fakeRuntime } from '#tests/support/fake-runtime.ts';
import type { FakeRuntime } from '#tests/support/fake-runtime.ts';
import { scriptOf } from './images.ts';
import type { Mutant } from './mutants.ts';

export interface HostProcess {
  readonly name: string;
  readonly runtime: FakeRuntime;
  /** Undefined where the runtime makes them. */
  readonly interfaces: FakeInterfaces | undefined;
  readonly agent: Agent | undefined;
  /** As it registered last, whether an agent is up or not. */
  readonly lastArn: string | undefined;
  /** Lost hosts never come back. */
  lost: boolean;
  /** Cut off for now: nobody can say how it is. */
  away?: boolean;
  start(): void;
  /** kill -9 of the agent: containers run on, everything put to its disk stays. */
  killAgent(): void;
  /** Power loss: containers have ended, and what was not flushed to the agent's disk is gone. */
  losePower(): void;
}

export interface HostProcessOptions {
  readonly name: string;
  readonly pool: boolean;
  readonly zone: string;
  readonly address: string;
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly api: AgentApi;
  readonly connect: Connect;
  readonly mutant: Mutant | undefined;
  /** Whether interfaces of tasks are the agent's to make. */
  readonly makesInterfaces: boolean;
  /** What must not be. */
  readonly violate: (what: string) => void;
  readonly onStart: (started: { taskArn: string; container: string; id: string }) => void;
  /** The agent stops a running container of the task. */
  readonly onStop?: (taskArn: string) => void;
}

export function openHost(options: HostProcessOptions): HostProcess {
  const { name, clock, random } = options;
  const interfaces = options.makesInterfaces ? fakeInterfaces(clock) : undefined;
  const runtime = fakeRuntime({ clock, random: seededRandom(Math.floor(random.next() * 2 ** 32)), script: scriptOf, ...(interfaces !== undefined && { interfaces }) });
  const disk = new AgentDisk(clock);
  const starts = new Map<string, number>();
  let agent: Agent | undefined;
  let lastArn: string | undefined;

  const killAgent = (): void => {
    lastArn = agent?.containerInstanceArn ?? lastArn;
    agent?.close();
    agent = undefined;
  };
  return {
    name,
    runtime,
    interfaces,
    lost: false,
    get agent() {
      return agent;
    },
    get lastArn() {
      return agent?.containerInstanceArn ?? lastArn;
    },
    start() {
      if (agent !== undefined || this.lost) return;
      const state = disk.open(options.mutant?.flushesNothing === true);
      agent = createAgent({
        config: {
          cluster: 'default',
          agentVersion: '1',
          agentHash: 'sim',
          launchType: 'EC2',
          availabilityZone: options.zone,
          cpu: options.cpu,
          memoryMiB: options.memoryMiB,
          telemetryIntervalMs: 20_000,
          stopTimeoutMs: 2_000,
          // Where the balancer reaches it: ports of two hosts are two places.
          attributes: { 'longshore.address': options.address },
          ...(options.pool && { pool: 'fargate' as const }),
        },
        runtime: observed(runtime, starts, options),
        api: withholding(options, interfaces),
        ...(interfaces !== undefined && { interfaces }),
        connect: options.connect,
        stateStore: options.mutant?.stateStore?.(state) ?? state,
        clock,
        random,
        log: silentLogger,
      });
    },
    killAgent,
    losePower() {
      killAgent();
      disk.losePower();
      runtime.powerCycle();
      interfaces?.powerCycle();
    },
  };
}

/** Whoever hears that a task has stopped may give its address away: by then the host has to have let go of it. */
function withholding({ api, violate }: HostProcessOptions, interfaces: FakeInterfaces | undefined): AgentApi {
  return {
    ...api,
    submitTaskStateChange(request) {
      const held = request.status === 'STOPPED' && interfaces?.namespaces.some((name) => name.endsWith(taskId(request.task)));
      if (held === true) violate(`task ${request.task.slice(-6)} was reported stopped while its address was held`);
      return api.submitTaskStateChange(request);
    },
  };
}

/** The agent's state file: `put` survives the process, `flush` (a few ms later) survives a power loss. */
class AgentDisk {
  readonly #clock: Clock;
  #cache = new Map<string, string>();
  #flushed = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(flushesNothing: boolean): StateStore {
    const cache = this.#cache;
    return {
      entries: new Map([...cache].map(([key, value]) => [key, JSON.parse(value) as unknown])),
      put(key, value) {
        if (value === undefined) cache.delete(key);
        else cache.set(key, JSON.stringify(value));
      },
      flush: async () => {
        if (flushesNothing) return;
        const snapshot = new Map(cache);
        await delay(this.#clock, 3);
        if (cache === this.#cache) this.#flushed = snapshot;
      },
    };
  }

  losePower(): void {
    this.#cache = new Map(this.#flushed);
  }
}

/** Tells of every start that really started a container; starting a running one is nothing. */
function observed(runtime: FakeRuntime, starts: Map<string, number>, { onStart, onStop }: HostProcessOptions): Runtime {
  return new Proxy<Runtime>(runtime, {
    get(target, property) {
      if (property === 'stop' && onStop !== undefined) {
        const box = (id: string) => runtime.containers.find((c) => c.id === id);
        return (...given: Parameters<Runtime['stop']>) => {
          const stopped = box(given[0]);
          if (stopped?.state === 'running') onStop(stopped.spec.labels[LABELS.taskArn] ?? '');
          return runtime.stop(...given);
        };
      }
      if (property !== 'start') return Reflect.get(target, property) as unknown;
      return async (...given: Parameters<Runtime['start']>) => {
        const [id] = given;
        const outcome = await runtime.start(...given);
        const box = runtime.containers.find((c) => c.id === id);
        if (outcome.ok && box !== undefined && box.starts > (starts.get(id) ?? 0)) {
          starts.set(id, box.starts);
          onStart({ taskArn: box.spec.labels[LABELS.taskArn] ?? '', container: box.spec.labels[LABELS.containerName] ?? '', id });
        }
        return outcome;
      };
    },
  });
}
