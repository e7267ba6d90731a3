// What every container runtime does for the agent, fake or real. Each implementation brings a harness.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ContainerSpec, EngineConfig, Outcome, Runtime, RuntimeEvent } from '#agent/runtime.ts';

/** What a container of the suite is like. */
export type Behaviour = 'runs' | 'exits 3' | 'ignores the stop signal' | 'turns healthy' | 'prints two lines' | 'cannot start';

export interface RuntimeHarness {
  readonly runtime: Runtime;
  /** Image and config that behave so. */
  as(behaviour: Behaviour): { image: string; config: EngineConfig };
  readonly missingImage: string;
  /** A command that gives back what it gets, one that prints `word` on standard error and ends with 4, and one that does nothing. */
  readonly commands: Readonly<Record<'echoes' | 'complains' | 'waits', readonly string[]>>;
  /** Waits for a fact in this runtime's time. */
  until<T>(what: string, fact: () => T | Promise<T>): Promise<NonNullable<Awaited<T>>>;
  /** Resolves a promise of the runtime's; virtual time must move meanwhile. */
  settle<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function runtimeSuite(name: string, open: () => Promise<RuntimeHarness>): void {
  describe(name, () => {
    let h: RuntimeHarness;
    const run = `suite-${process.pid}`;
    const label = { name: 'longshore.test-suite', value: run };
    let count = 0;
    before(async () => {
      h = await open();
    });
    after(async () => {
      const left = value(await h.settle(h.runtime.list(label)));
      for (const { id } of left) await h.settle(h.runtime.remove(id));
      await h.close();
    });

    const spec = (behaviour: Behaviour, change: Partial<ContainerSpec> = {}): ContainerSpec => {
      const { image, config } = h.as(behaviour);
      return { name: `longshore-${run}-${count++}`, image, labels: { [label.name]: label.value }, config, hostConfig: { NetworkMode: 'none' }, ...change };
    };
    const created = async (behaviour: Behaviour, change?: Partial<ContainerSpec>): Promise<string> => value(await h.settle(h.runtime.create(spec(behaviour, change))));
    const started = async (behaviour: Behaviour, change?: Partial<ContainerSpec>): Promise<string> => {
      const id = await created(behaviour, change);
      value(await h.settle(h.runtime.start(id)));
      return id;
    };
    const inspect = async (id: string) => value(await h.settle(h.runtime.inspect(id)));
    const state = async (id: string) => (await inspect(id))?.state;

    test('info says what the machine has', async () => {
      const info = value(await h.settle(h.runtime.info()));
      assert.ok(info.cpus >= 1 && info.memoryBytes > 2 ** 20);
      assert.ok(info.logDrivers.includes('json-file'));
    });

    test('a container is created, started, stopped by its signal and removed; each step twice does no harm', async () => {
      const id = await created('runs');
      assert.equal(await state(id), 'created');
      for (let i = 0; i < 2; i++) value(await h.settle(h.runtime.start(id)));
      assert.equal(await state(id), 'running');
      for (let i = 0; i < 2; i++) value(await h.settle(h.runtime.stop(id, 5000)));
      const info = await inspect(id);
      assert.equal(info?.state, 'exited');
      assert.ok(info.finishedAtMs !== undefined && info.startedAtMs !== undefined && info.finishedAtMs >= info.startedAtMs);
      for (let i = 0; i < 2; i++) value(await h.settle(h.runtime.remove(id)));
      assert.equal(await inspect(id), undefined);
    });

    test('an exit code is kept', async () => {
      const id = await started('exits 3');
      await h.until('the exit', async () => (await state(id)) === 'exited');
      assert.equal((await inspect(id))?.exitCode, 3);
    });

    test('a container that ignores its stop signal is killed after the timeout', async () => {
      const id = await started('ignores the stop signal');
      value(await h.settle(h.runtime.stop(id, 1000)));
      assert.equal((await inspect(id))?.exitCode, 137);
    });

    test('an exited container starts again', async () => {
      const id = await started('exits 3');
      await h.until('the exit', async () => (await state(id)) === 'exited');
      value(await h.settle(h.runtime.start(id)));
      await h.until('the second exit', async () => (await state(id)) === 'exited');
    });

    test('labels and the listing by label', async () => {
      const mine = { name: 'longshore.test-one', value: `${run}-${count}` };
      const id = await created('runs', { labels: { [label.name]: label.value, [mine.name]: mine.value } });
      const listed = value(await h.settle(h.runtime.list(mine)));
      assert.deepEqual(listed.map((c) => [c.id, c.state, c.labels[mine.name]]), [[id, 'created', mine.value]]);
    });

    test('a name is given once', async () => {
      const one = spec('runs');
      value(await h.settle(h.runtime.create(one)));
      const again = await h.settle(h.runtime.create(one));
      assert.equal(again.ok, false);
      assert.equal(!again.ok && again.failure.name, 'CannotCreateContainerError');
      assert.match(!again.ok ? again.failure.message : '', /already in use by container/);
    });

    test('a container can be found by name', async () => {
      const one = spec('runs');
      const id = value(await h.settle(h.runtime.create(one)));
      assert.equal((await inspect(one.name))?.id, id);
    });

    test('what cannot start says so', async () => {
      const id = await created('cannot start');
      const outcome = await h.settle(h.runtime.start(id));
      assert.equal(!outcome.ok && outcome.failure.name, 'CannotStartContainerError');
      assert.notEqual((await inspect(id))?.state, 'running');
    });

    test('an image that nobody has cannot be pulled; a local one is known', async () => {
      const pulled = await h.settle(h.runtime.pull(h.missingImage, { inactivityTimeoutMs: 60_000 }));
      assert.equal(!pulled.ok && pulled.failure.name, 'CannotPullContainerError');
      assert.equal(value(await h.settle(h.runtime.inspectImage(h.missingImage))), undefined);
      assert.notEqual(value(await h.settle(h.runtime.inspectImage(h.as('runs').image))), undefined);
    });

    test('events tell of starts, exits and health, after an opening', async () => {
      const mine = { name: 'longshore.test-events', value: `${run}-${count}` };
      const events: RuntimeEvent[] = [];
      const subscription = h.runtime.events(mine, (event) => events.push(event));
      await h.until('the opening', () => events.some((e) => e.kind === 'opened'));
      const labels = { [label.name]: label.value, [mine.name]: mine.value };
      const healthy = await started('turns healthy', { labels });
      const ended = await started('exits 3', { labels });
      await h.until('the exit', () => events.some((e) => e.kind === 'died' && e.id === ended && e.exitCode === 3));
      await h.until('health', () => events.some((e) => e.kind === 'health' && e.id === healthy && e.health === 'healthy'));
      assert.ok(events.some((e) => e.kind === 'started' && e.id === healthy));
      assert.equal((await inspect(healthy))?.health, 'healthy');
      subscription.close();
    });

    test('logs give every line with its time, and following ends with the container', async () => {
      const id = await started('prints two lines');
      const lines: string[] = [];
      await h.settle((async () => {
        for await (const line of h.runtime.logs(id, { follow: true })) {
          assert.ok(!Number.isNaN(Date.parse(line.timestamp)));
          lines.push(line.text);
        }
      })());
      assert.deepEqual(lines, ['one', 'two']);
    });

    test('a running container has counters, a stopped one none', async () => {
      const id = await started('runs');
      const stats = value(await h.settle(h.runtime.stats(id)));
      assert.ok(stats !== undefined && stats.memoryBytes >= 0);
      value(await h.settle(h.runtime.stop(id, 1000)));
      assert.equal(value(await h.settle(h.runtime.stats(id))), undefined);
    });

    const talk = async (id: string, command: 'echoes' | 'complains' | 'waits', tty: boolean) => {
      const process = value(await h.settle(h.runtime.exec(id, { command: h.commands[command], user: '0:0', environment: {}, tty })));
      const seen = { stdout: '', stderr: '', ended: false, exitCode: undefined as number | undefined };
      process.onOutput = (stream, data) => void (seen[stream] += data.toString());
      process.onEnd = (exitCode) => Object.assign(seen, { ended: true, exitCode });
      process.begin();
      return { process, seen };
    };

    test('a command in a container: its input, its streams, its exit code', async () => {
      const id = await started('runs');
      const echo = await talk(id, 'echoes', false);
      echo.process.write(Buffer.from('hello'));
      await h.until('the echo', () => echo.seen.stdout === 'hello');
      echo.process.endInput();
      await h.until('the end', () => echo.seen.ended);
      assert.equal(echo.seen.exitCode, 0);
      const apart = await talk(id, 'complains', false);
      await h.until('the end', () => apart.seen.ended);
      assert.deepEqual([apart.seen.stdout, apart.seen.stderr.trim(), apart.seen.exitCode], ['', 'word', 4]);
      const terminal = await talk(id, 'complains', true);
      await h.until('the end', () => terminal.seen.ended);
      assert.deepEqual([terminal.seen.stdout.trim(), terminal.seen.stderr], ['word', '']);
      value(await h.settle(h.runtime.stop(id, 1000)));
      assert.equal((await h.settle(h.runtime.exec(id, { command: h.commands.echoes, user: '0:0', environment: {}, tty: false }))).ok, false);
    });

    test('a command is killed; twice, or when it has ended, does no harm', async () => {
      const id = await started('runs');
      const { process, seen } = await talk(id, 'waits', true);
      for (let i = 0; i < 2; i++) value(await h.settle(h.runtime.killExec(process.id)));
      await h.until('the end', () => seen.ended);
      value(await h.settle(h.runtime.killExec(process.id)));
      assert.equal(await state(id), 'running');
    });

    test('a network is there once, gives an address, and goes when nobody uses it', async () => {
      const network = { name: `longshore-${run}-net`, bridgeName: `lst${process.pid}`.slice(0, 15), cidr: '10.213.0.0/24', gateway: '10.213.0.1', labels: { [label.name]: label.value } };
      for (let i = 0; i < 2; i++) value(await h.settle(h.runtime.ensureNetwork(network)));
      assert.deepEqual(value(await h.settle(h.runtime.listNetworks(label))).map((n) => n.name), [network.name]);
      const endpoint = { network: network.name, ipv4Address: '10.213.0.20', macAddress: '02:00:0a:d5:00:14' };
      const id = await started('runs', { hostConfig: {}, endpoint });
      assert.equal((await inspect(id))?.addresses[network.name], '10.213.0.20');
      const rival = await created('runs', { hostConfig: {}, endpoint });
      const clash = await h.settle(h.runtime.start(rival));
      assert.match(!clash.ok ? clash.failure.message : '', /address already in use/i);
      value(await h.settle(h.runtime.removeNetwork(network.name)));
      assert.equal(value(await h.settle(h.runtime.listNetworks(label))).length, 1);
      value(await h.settle(h.runtime.remove(id)));
      value(await h.settle(h.runtime.remove(rival)));
      value(await h.settle(h.runtime.removeNetwork(network.name)));
      assert.equal(value(await h.settle(h.runtime.listNetworks(label))).length, 0);
    });

    test('volumes come and go', async () => {
      const volume = { name: `longshore-${run}-volume`, labels: { [label.name]: label.value } };
      for (let i = 0; i < 2; i++) value(await h.settle(h.runtime.ensureVolume(volume)));
      assert.equal(value(await h.settle(h.runtime.hasVolume(volume.name))), true);
      assert.deepEqual(value(await h.settle(h.runtime.listVolumes(label))).map((v) => v.name), [volume.name]);
      for (let i = 0; i < 2; i++) value(await h.settle(h.runtime.removeVolume(volume.name)));
      assert.equal(value(await h.settle(h.runtime.hasVolume(volume.name))), false);
    });

    test('host ports chosen by the runtime are told', async () => {
      const { image, config } = h.as('runs');
      const exposed = { image, config: { ...config, ExposedPorts: { '80/tcp': {} } } };
      const id = await started('runs', { ...exposed, hostConfig: { NetworkMode: 'bridge', PortBindings: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '0' }] } } });
      const ports = (await inspect(id))?.ports ?? [];
      assert.equal(ports[0]?.containerPort, 80);
      assert.ok((ports[0]?.hostPort ?? 0) > 1024);
    });

    test('a task group is made, named and removed', async () => {
      const group = { id: `suite${process.pid}`, cpu: 0.25, memoryBytes: 64 * 2 ** 20 };
      for (let i = 0; i < 2; i++) assert.match(value(await h.settle(h.runtime.ensureTaskGroup(group))), new RegExp(group.id));
      for (let i = 0; i < 2; i++) value(await h.settle(h.runtime.removeTaskGroup(group.id)));
    });

    test('a pause image is always to be had', async () => {
      const image = value(await h.settle(h.runtime.ensurePauseImage()));
      assert.equal(value(await h.settle(h.runtime.ensurePauseImage())), image);
    });
  });
}

function value<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.failure.name}: ${outcome.failure.message}`);
  return outcome.value;
}
