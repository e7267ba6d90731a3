// A container runtime made of memory, on a clock and a random source: what simulation runs the real agent against.
// Containers outlive the agents that use it, as Docker's do. Passes tests/contract/runtime-suite.ts.
import { delay } from '#base/clock.ts';
import type { Clock, Timer } from '#base/clock.ts';
import { hexId } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { done, failed } from '#agent/runtime.ts';
import { TASK_RUNTIME } from '#agent/network/task-interfaces.ts';
import type { FakeInterfaces } from './fake-interfaces.ts';
import { fakeExec, type FakeExec } from './fake-exec.ts';
import type { ContainerInfo, ContainerSpec, FailureName, Health, LogLine, Outcome, PortBinding, Runtime, RuntimeEvent } from '#agent/runtime.ts';

/** How the containers of an image behave. All times in milliseconds. */
export interface ImageScript {
  /** Default 0: the image is there. Otherwise a pull takes this long, the first time. */
  readonly pullMs?: number;
  readonly pullFails?: string;
  readonly createMs?: number;
  readonly createFails?: string;
  readonly startMs?: number;
  readonly startFails?: string;
  /** It ends by itself after this time; absent: it runs until stopped. */
  readonly exitAfterMs?: number;
  readonly exitCode?: number;
  readonly oomKilled?: boolean;
  /** Time from the stop signal to the exit; longer than the stop's timeout means KILL and exit code 137. Default 5. */
  readonly stopMs?: number;
  /** Exit code after the stop signal. Default 143. */
  readonly stopExitCode?: number;
  /** Only looked at when the container has a Healthcheck: when it turns healthy or unhealthy after a start. Default healthy after 10. */
  readonly health?: readonly { readonly afterMs: number; readonly health: Health }[];
  readonly logs?: readonly string[];
}

export interface FakeRuntimeOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Behaviour by image reference, or chosen per container. Default: runs until stopped. */
  readonly script?: (image: string, spec: ContainerSpec | undefined) => ImageScript | undefined;
  readonly cpus?: number;
  readonly memoryBytes?: number;
  /** Has the task runtime then, which puts containers into namespaces of these. */
  readonly interfaces?: FakeInterfaces;
}

export interface FakeContainer {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly state: ContainerInfo['state'];
  readonly exitCode: number | undefined;
  /** How often it was started. */
  readonly starts: number;
}

export interface FakeRuntime extends Runtime {
  /** Every container there is, oldest first. */
  readonly containers: readonly FakeContainer[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly taskGroups: readonly string[];
  /** Every command that was ever run in a container, oldest first. */
  readonly execs: readonly FakeExec[];
  /** Ever created, also those removed since: name by name, to see that nothing was made twice. */
  readonly created: readonly string[];
  /** A container ends now, by itself. */
  crash(id: string, exitCode: number, oomKilled?: boolean): void;
  /** A container's health turns. */
  turn(id: string, health: Health): void;
  /** The runtime stops answering; containers keep running. */
  goAway(): void;
  comeBack(): void;
  /** The machine loses power and is back: every running container has exited with 255. */
  powerCycle(): void;
}

interface Box {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly createdAtMs: number;
  state: ContainerInfo['state'];
  exitCode: number | undefined;
  oomKilled: boolean;
  error: string;
  health: Health;
  startedAtMs: number | undefined;
  finishedAtMs: number | undefined;
  ports: PortBinding[];
  starts: number;
  namespace: string | undefined;
  timers: Timer[];
}

type Labelled = { readonly name: string; readonly labels: Readonly<Record<string, string>> };
type Listener = { readonly label: { name: string; value: string }; readonly onEvent: (event: RuntimeEvent) => void };

/** An empty runtime. Two with the same clock, seed and calls do exactly the same. */
export function fakeRuntime(options: FakeRuntimeOptions): FakeRuntime {
  const { clock, random } = options;
  const boxes = new Map<string, Box>();
  const local = new Set<string>();
  const networks = new Map<string, Labelled>();
  const volumes = new Map<string, Labelled>();
  const groups = new Set<string>();
  const listeners = new Set<Listener>();
  const created: string[] = [];
  const execs = new Map<string, FakeExec>();
  let nextPort = 32768;
  let away = false;

  const scriptOf = (image: string, spec?: ContainerSpec): ImageScript => options.script?.(image, spec) ?? {};
  const emit = (box: Box, event: RuntimeEvent): void => {
    for (const listener of [...listeners]) {
      if (!away && box.spec.labels[listener.label.name] === listener.label.value) clock.after(0, () => listeners.has(listener) && !away && listener.onEvent(event));
    }
  };
  const toAll = (event: RuntimeEvent): void => {
    for (const listener of [...listeners]) clock.after(0, () => listeners.has(listener) && listener.onEvent(event));
  };
  /** Every answer comes later, never in the same turn, and not at all useful while the runtime is away. */
  const answer = async <T>(ms: number, run: () => Outcome<T>): Promise<Outcome<T>> => {
    await delay(clock, ms);
    return away ? failed('RuntimeUnavailable', 'Cannot connect to the Docker daemon') : run();
  };

  const end = (box: Box, exitCode: number, oomKilled: boolean): void => {
    if (box.state !== 'running') return;
    for (const timer of box.timers.splice(0)) timer.cancel();
    Object.assign(box, { state: 'exited', exitCode, oomKilled, finishedAtMs: clock.now(), ports: [] });
    emit(box, { kind: 'died', id: box.id, atMs: clock.now(), exitCode });
  };
  const turn = (box: Box, health: Health): void => {
    if (box.state !== 'running' || box.health === health) return;
    box.health = health;
    emit(box, { kind: 'health', id: box.id, atMs: clock.now(), health });
  };

  const begin = (box: Box): Outcome<void> => {
    const script = scriptOf(box.spec.image, box.spec);
    if (box.state === 'running') return done(undefined);
    if (script.startFails !== undefined) {
      Object.assign(box, { error: script.startFails, exitCode: 127 });
      return failed('CannotStartContainerError', script.startFails);
    }
    if (box.spec.inNamespace === true && options.interfaces?.namespaces.includes(box.namespace ?? '') !== true) {
      return failed('CannotStartContainerError', `no network namespace was made for container ${box.id}`);
    }
    const clash = addressInUse(box);
    if (clash !== undefined) return failed('CannotStartContainerError', clash);
    Object.assign(box, { state: 'running', exitCode: undefined, oomKilled: false, startedAtMs: clock.now(), finishedAtMs: undefined, starts: box.starts + 1 });
    box.ports = bindPorts(box.spec);
    const test = box.spec.config.Healthcheck?.Test;
    box.health = test === undefined || test[0] === 'NONE' ? 'none' : 'starting';
    emit(box, { kind: 'started', id: box.id, atMs: clock.now() });
    if (script.exitAfterMs !== undefined) {
      box.timers.push(clock.after(script.exitAfterMs, () => end(box, script.exitCode ?? 0, script.oomKilled ?? false)));
    }
    if (box.health === 'starting') {
      for (const one of script.health ?? [{ afterMs: 10, health: 'healthy' as const }]) box.timers.push(clock.after(one.afterMs, () => turn(box, one.health)));
    }
    return done(undefined);
  };

  const addressInUse = (box: Box): string | undefined => {
    const address = box.spec.endpoint?.ipv4Address;
    if (address === undefined) return undefined;
    for (const other of boxes.values()) {
      if (other !== box && other.state === 'running' && other.spec.endpoint?.ipv4Address === address && other.spec.endpoint.network === box.spec.endpoint?.network) return 'Address already in use';
    }
    return undefined;
  };

  const bindPorts = (spec: ContainerSpec): PortBinding[] =>
    Object.entries(spec.hostConfig.PortBindings ?? {}).flatMap(([port, wanted]) => {
      const [number, protocol] = port.split('/');
      return wanted.map(({ HostIp, HostPort }) => ({
        containerPort: Number(number),
        protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
        hostIp: HostIp === undefined || HostIp === '' ? '0.0.0.0' : HostIp,
        hostPort: HostPort === undefined || HostPort === '' || HostPort === '0' ? nextPort++ : Number(HostPort),
      }));
    });

  const view = (box: Box): ContainerInfo => ({
    id: box.id,
    name: box.spec.name,
    image: box.spec.image,
    labels: box.spec.labels,
    state: box.state,
    ...(box.state === 'running' && { pid: 1000 + box.starts }),
    ...(box.state === 'exited' && box.exitCode !== undefined && { exitCode: box.exitCode }),
    oomKilled: box.oomKilled,
    error: box.error,
    health: box.health,
    createdAtMs: box.createdAtMs,
    ...(box.startedAtMs !== undefined && { startedAtMs: box.startedAtMs }),
    ...(box.finishedAtMs !== undefined && { finishedAtMs: box.finishedAtMs }),
    ports: box.ports,
    addresses: box.spec.endpoint === undefined ? {} : { [box.spec.endpoint.network]: box.spec.endpoint.ipv4Address },
  });

  if (options.interfaces !== undefined) options.interfaces.runs = (namespace) => [...boxes.values()].some((box) => box.state === 'running' && box.namespace === namespace);

  const labelled = (all: Iterable<Labelled>, label: { name: string; value: string }) => [...all].filter((one) => one.labels[label.name] === label.value);
  const missing = (id: string, name: FailureName): Outcome<never> => failed(name, `No such container: ${id}`);

  return {
    get containers() {
      return [...boxes.values()].map(({ id, spec, state, exitCode, starts }) => ({ id, spec, state, exitCode, starts }));
    },
    get networks() {
      return [...networks.keys()];
    },
    get volumes() {
      return [...volumes.keys()];
    },
    get taskGroups() {
      return [...groups];
    },
    get execs() {
      return [...execs.values()];
    },
    get created() {
      return [...created];
    },
    crash(id, exitCode, oomKilled = false) {
      const box = boxes.get(id);
      if (box !== undefined) end(box, exitCode, oomKilled);
    },
    turn(id, health) {
      const box = boxes.get(id);
      if (box !== undefined) turn(box, health);
    },
    goAway() {
      if (!away) toAll({ kind: 'lost', atMs: clock.now() });
      away = true;
    },
    comeBack() {
      if (!away) return;
      away = false;
      toAll({ kind: 'opened', atMs: clock.now() });
    },
    powerCycle() {
      for (const box of boxes.values()) end(box, 255, false);
    },

    info: () => answer(0, () => done({
      version: '20.10.24', architecture: 'amd64', cpus: options.cpus ?? 4, memoryBytes: options.memoryBytes ?? 16 * 2 ** 30,
      cgroupDriver: 'cgroupfs' as const, cgroupVersion: 1 as const, rootDir: '/var/lib/docker',
      logDrivers: ['json-file', 'local', 'none'], volumeDrivers: ['local'], runtimes: options.interfaces === undefined ? ['runc'] : ['runc', TASK_RUNTIME], defaultRuntime: 'runc', securityOptions: [],
    })),
    async pull(reference) {
      const script = scriptOf(reference);
      const outcome = await answer(local.has(reference) ? 1 : (script.pullMs ?? 0), () =>
        script.pullFails === undefined ? done(imageInfo(reference)) : failed('CannotPullContainerError', script.pullFails));
      if (outcome.ok) local.add(reference);
      return outcome;
    },
    inspectImage: (reference) => answer(0, () => done(local.has(reference) || (scriptOf(reference).pullMs ?? 0) === 0 && scriptOf(reference).pullFails === undefined ? imageInfo(reference) : undefined)),
    ensurePauseImage: () => answer(0, () => done('longshore/pause:1')),

    create: (spec) => answer(scriptOf(spec.image, spec).createMs ?? 1, () => {
      const script = scriptOf(spec.image, spec);
      if (script.createFails !== undefined) return failed('CannotCreateContainerError', script.createFails);
      for (const box of boxes.values()) {
        if (box.spec.name === spec.name) return failed('CannotCreateContainerError', `Conflict. The container name "/${spec.name}" is already in use by container "${box.id}".`);
      }
      const id = hexId(random, 64);
      boxes.set(id, {
        id, spec, createdAtMs: clock.now(), state: 'created', exitCode: undefined, oomKilled: false, error: '', health: 'none',
        startedAtMs: undefined, finishedAtMs: undefined, ports: [], starts: 0, namespace: undefined, timers: [],
      });
      created.push(spec.name);
      return done(id);
    }),
    async start(id, namespace) {
      const box = boxes.get(id);
      return answer(box === undefined ? 0 : (scriptOf(box.spec.image, box.spec).startMs ?? 1), () => {
        const now = boxes.get(id);
        if (now === undefined) return missing(id, 'CannotStartContainerError');
        now.namespace = namespace ?? now.namespace;
        return begin(now);
      });
    },
    async stop(id, timeoutMs) {
      const box = boxes.get(id);
      if (box === undefined || box.state !== 'running') return answer(0, () => done(undefined));
      const script = scriptOf(box.spec.image, box.spec);
      const obeys = (script.stopMs ?? 5) <= timeoutMs;
      return answer(obeys ? (script.stopMs ?? 5) : timeoutMs, () => {
        end(box, obeys ? (script.stopExitCode ?? 143) : 137, false);
        return done(undefined);
      });
    },
    remove: (id) => answer(1, () => {
      const box = boxes.get(id);
      if (box === undefined) return done(undefined);
      end(box, 137, false);
      boxes.delete(id);
      emit(box, { kind: 'destroyed', id, atMs: clock.now() });
      return done(undefined);
    }),
    inspect: (id) => answer(0, () => {
      const box = boxes.get(id) ?? [...boxes.values()].find((b) => b.spec.name === id);
      return done(box === undefined ? undefined : view(box));
    }),
    list: (label) => answer(0, () => done([...boxes.values()].filter((b) => b.spec.labels[label.name] === label.value).map((b) => ({ id: b.id, labels: b.spec.labels, state: b.state })))),

    exec: (id, spec) => answer(1, () => {
      const box = boxes.get(id);
      if (box?.state !== 'running') return failed('CannotStartContainerError', `Container ${id} is not running`);
      const made = fakeExec(clock, hexId(random, 64), spec);
      execs.set(made.process.id, made);
      return done(made.process);
    }),
    killExec: (execId) => answer(1, () => {
      execs.get(execId)?.kill();
      return done(undefined);
    }),

    events(label, onEvent) {
      const listener: Listener = { label, onEvent };
      listeners.add(listener);
      if (!away) clock.after(0, () => listeners.has(listener) && onEvent({ kind: 'opened', atMs: clock.now() }));
      return { close: () => void listeners.delete(listener) };
    },
    async *logs(id, { since, follow }): AsyncGenerator<LogLine> {
      const box = boxes.get(id);
      if (box === undefined) return;
      const lines = scriptOf(box.spec.image, box.spec).logs ?? [];
      for (const [index, text] of lines.entries()) {
        const stampMs = (box.startedAtMs ?? box.createdAtMs) + index;
        if (since !== undefined && stampMs < Number(since) * 1000) continue;
        yield { stream: 'stdout', timestamp: new Date(stampMs).toISOString().replace('Z', '000000Z'), text };
      }
      while (follow && box.state === 'running') await delay(clock, 50);
    },
    stats: (id) => answer(0, () => {
      const box = boxes.get(id);
      if (box === undefined || box.state !== 'running') return done(undefined);
      const ranMs = clock.now() - (box.startedAtMs ?? clock.now());
      return done({ atMs: clock.now(), cpuUsageNs: ranMs * 10_000, memoryBytes: 8 * 2 ** 20, memoryLimitBytes: box.spec.hostConfig.Memory ?? 0 });
    }),

    ensureNetwork: (spec) => answer(0, () => done(void networks.set(spec.name, { name: spec.name, labels: spec.labels }))),
    removeNetwork: (name) => answer(0, () => {
      const used = [...boxes.values()].some((b) => b.state === 'running' && b.spec.endpoint?.network === name);
      if (!used) networks.delete(name);
      return done(undefined);
    }),
    ensureVolume: (spec) => answer(0, () => done(void volumes.set(spec.name, { name: spec.name, labels: spec.labels }))),
    removeVolume: (name) => answer(0, () => done(void volumes.delete(name))),
    hasVolume: (name) => answer(0, () => done(volumes.has(name))),
    listNetworks: (label) => answer(0, () => done(labelled(networks.values(), label))),
    listVolumes: (label) => answer(0, () => done(labelled(volumes.values(), label))),
    ensureTaskGroup: (spec) => answer(0, () => {
      groups.add(spec.id);
      return done(`/longshore/${spec.id}`);
    }),
    removeTaskGroup: (id) => answer(0, () => done(void groups.delete(id))),
    findPortRange: (count) => answer(0, () => {
      const first = nextPort;
      nextPort += count;
      return done(first);
    }),
  };
}

/** A digest that belongs to the reference, the same in every run. */
function imageInfo(reference: string) {
  let hash = 0x811c9dc5;
  for (const char of reference) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const digest = `sha256:${hash.toString(16).padStart(8, '0').repeat(8)}`;
  return { id: digest, digest };
}
