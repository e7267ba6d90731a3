// Tasks on a real engine: lives, ends and their reasons.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { waitFor } from '#tests/support/wait-for.ts';
import { busybox, openWorld, shell } from './agent-world.ts';
import type { AgentWorld } from './agent-world.ts';

let w: AgentWorld;
before(async () => {
  w = await openWorld();
});
after(() => w.close());

const seen = (file: string): string => readFileSync(join(w.folder, file), 'utf8');
const shared = () => ({ volumes: [{ name: 'out', type: 'host' as const, host: { sourcePath: w.folder } }] });
const out = { mountPoints: [{ sourceVolume: 'out', containerPath: '/out', readOnly: false }] };

test('a task runs with its name, labels and environment, and its exit code is reported', async () => {
  const task = w.task({ ...shared(), containers: [busybox('app', { ...out, command: shell('env > /out/env; sleep 0.5; exit 7'), environment: { COLOUR: 'blue' } })] });
  w.run(task);
  const running = await w.until(task, 'RUNNING');
  assert.equal(running.containers?.[0]?.status, 'RUNNING');
  assert.ok(running.pullStartedAt !== undefined && running.pullStoppedAt !== undefined);
  const { Name, Config } = w.inspect(task, 'app');
  assert.match(Name, /^\/ecs-web-1-app-[0-9a-f]{20}$/);
  assert.equal(Config.Labels['com.amazonaws.ecs.task-arn'], task.arn);
  assert.equal(Config.Labels['com.amazonaws.ecs.cluster'], 'default');
  const stopped = await w.until(task, 'STOPPED');
  assert.equal(stopped.containers?.[0]?.exitCode, 7);
  assert.equal(stopped.reason, undefined);
  assert.match(seen('env'), /COLOUR=blue/);
  assert.match(seen('env'), /AWS_EXECUTION_ENV=AWS_ECS_EC2/);
  await w.gone(task);
  assert.equal(execFileSync('docker', ['ps', '-aq', '--filter', `label=com.amazonaws.ecs.task-arn=${task.arn}`], { encoding: 'utf8' }), '');
});

test('too much memory: OutOfMemoryError and 137', async () => {
  const task = w.task({ containers: [busybox('app', { memory: 16, command: ['tail', '/dev/zero'] })] });
  w.run(task);
  const stopped = await w.until(task, 'STOPPED');
  assert.equal(stopped.containers?.[0]?.exitCode, 137);
  assert.equal(stopped.containers?.[0]?.reason, 'OutOfMemoryError: Container killed due to memory usage');
});

test('the task-level memory limit holds even where containers have none', async () => {
  const task = w.task({ cpu: 0.25, memory: 24, containers: [busybox('app', { command: ['tail', '/dev/zero'] })] });
  w.run(task);
  const stopped = await w.until(task, 'STOPPED');
  assert.equal(stopped.containers?.[0]?.reason, 'OutOfMemoryError: Container killed due to memory usage');
});

test('a chain of dependencies: init succeeds, the dependency turns healthy, then the application starts; and it stops first', async () => {
  const health = (file: string) => ({ config: { Healthcheck: { Test: ['CMD', 'test', '-f', file], Interval: 300_000_000, Timeout: 5_000_000_000, Retries: 20 } }, healthCheckType: 'docker' as const });
  const stamp = (name: string, ready = '') => shell(`echo start ${name} >> /out/chain; trap "echo stop ${name} >> /out/chain; exit 0" TERM; ${ready} while :; do sleep 0.05 & wait $!; done`);
  const task = w.task({
    ...shared(),
    containers: [
      busybox('app', { ...out, command: stamp('app'), dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }] }),
      busybox('db', { ...out, ...health('/tmp/up'), command: stamp('db', 'sleep 1; touch /tmp/up;'), dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }] }),
      busybox('init', { ...out, essential: false, command: shell('echo init >> /out/chain') }),
    ],
  });
  w.run(task);
  await w.until(task, 'RUNNING');
  await waitFor('health', () => w.plane.frames.some((f) => f.type === 'PublishHealthRequest' && JSON.stringify(f.message).includes('HEALTHY') && JSON.stringify(f.message).includes(task.arn)));
  w.stop(task);
  await w.until(task, 'STOPPED');
  assert.deepEqual(seen('chain').trim().split('\n'), ['init', 'start db', 'start app', 'stop app', 'stop db']);
});

test('a dependency that fails where it has to succeed ends the task', async () => {
  const task = w.task({ containers: [busybox('app', { dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }] }), busybox('init', { essential: false, command: ['false'] })] });
  w.run(task);
  const stopped = await w.until(task, 'STOPPED');
  assert.match(stopped.reason ?? '', /^CannotStartContainerError: dependency graph: .*\[init\].*did not exit successfully/);
});

test('a dependency that takes longer than its startTimeout ends the task', async () => {
  const task = w.task({ containers: [busybox('app', { dependsOn: [{ containerName: 'slow', condition: 'COMPLETE' }] }), busybox('slow', { essential: false, startTimeout: 1 })] });
  w.run(task);
  const stopped = await w.until(task, 'STOPPED');
  assert.match(stopped.reason ?? '', /has timed out/);
});

test('a restart policy starts the container again and spares ignored exit codes', async () => {
  const restartPolicy = { enabled: true, ignoredExitCodes: [9], restartAttemptPeriod: 0 };
  const task = w.task({ ...shared(), containers: [busybox('app', { ...out, restartPolicy, command: shell('echo x >> /out/restarts; sleep 0.2; test $(grep -c x /out/restarts) -ge 3 && exit 9; exit 1') })] });
  w.run(task);
  const stopped = await w.until(task, 'STOPPED');
  assert.equal(seen('restarts').trim().split('\n').length, 3);
  assert.equal(stopped.containers?.[0]?.exitCode, 9);
});

test('who ignores SIGTERM is killed after its stopTimeout', async () => {
  const task = w.task({ containers: [busybox('app', { stopTimeout: 1, command: shell('trap "" TERM; while :; do sleep 0.1; done') })] });
  w.run(task);
  await w.until(task, 'RUNNING');
  const before = performance.now();
  w.stop(task);
  const stopped = await w.until(task, 'STOPPED');
  assert.equal(stopped.containers?.[0]?.exitCode, 137);
  assert.ok(performance.now() - before >= 1000);
});

test('a sidecar may end alone; the essential container takes the others with it', async () => {
  const task = w.task({ containers: [busybox('app', { command: shell('sleep 2; exit 0') }), busybox('brief', { essential: false, command: ['true'] }), busybox('side', { essential: false })] });
  w.run(task);
  await w.until(task, 'RUNNING');
  const stopped = await w.until(task, 'STOPPED');
  const statuses = w.plane.statuses(task.arn);
  assert.deepEqual([statuses[0], statuses.at(-1)], ['RUNNING', 'STOPPED']);
  assert.deepEqual(stopped.containers?.map((c) => [c.containerName, c.status, c.exitCode]), [['app', 'STOPPED', 0], ['brief', 'STOPPED', 0], ['side', 'STOPPED', 0]]);
});

test('failures have ECS names: image, program, volume', async () => {
  const missing = w.task({ containers: [busybox('app', { image: 'localhost/NONE:1' })] });
  const program = w.task({ containers: [busybox('app', { command: ['/no/such/program'] })] });
  const volume = w.task({ volumes: [{ name: 'v', type: 'efs' }], containers: [busybox('app')] });
  for (const task of [missing, program, volume]) w.run(task);
  assert.match((await w.until(missing, 'STOPPED')).reason ?? '', /^CannotPullContainerError: /);
  const notStarted = await w.until(program, 'STOPPED');
  assert.match(notStarted.reason ?? '', /^CannotStartContainerError: .*no such file/);
  assert.equal(notStarted.containers?.[0]?.exitCode, 127);
  assert.match((await w.until(volume, 'STOPPED')).reason ?? '', /^ResourceInitializationError: volume v: .*efs/);
});

test('a container removed by somebody else ends its task', async () => {
  const task = w.task({ containers: [busybox('app')] });
  w.run(task);
  await w.until(task, 'RUNNING');
  execFileSync('docker', ['rm', '-f', w.ids(task).get('app')!], { stdio: 'ignore' });
  const stopped = await w.until(task, 'STOPPED');
  assert.equal(stopped.containers?.[0]?.exitCode, 137);
});

test('the limits are really set, and the cgroup goes with the task', async () => {
  const task = w.task({ cpu: 0.5, memory: 128, containers: [busybox('app', { cpu: 256, memory: 64 })] });
  w.run(task);
  await w.until(task, 'RUNNING');
  const id = task.arn.slice(-32);
  const file = (controller: string, name: string): string => readFileSync(`/sys/fs/cgroup/${controller}/longshore/${id}/${name}`, 'utf8').trim();
  const container = w.ids(task).get('app')!;
  if (execFileSync('docker', ['info', '-f', '{{.CgroupVersion}}'], { encoding: 'utf8' }).trim() === '1') {
    assert.equal(file('cpu', 'cpu.cfs_quota_us'), '50000');
    assert.equal(file('memory', 'memory.limit_in_bytes'), String(128 * 2 ** 20));
    assert.equal(file('cpu', `${container}/cpu.shares`), '256');
    assert.equal(file('memory', `${container}/memory.limit_in_bytes`), String(64 * 2 ** 20));
  }
  w.stop(task);
  await w.gone(task);
  assert.throws(() => file('cpu', 'cpu.cfs_quota_us'), /ENOENT/);
});

test('what Docker is told through dockerConfig arrives: user, ulimits, capabilities, read-only root, tmpfs, init, working directory', async () => {
  const hostConfig = { CapDrop: ['NET_RAW'], ReadonlyRootfs: true, Tmpfs: { '/scratch': 'size=1m' }, Init: true, ShmSize: 1 << 20, Ulimits: [{ Name: 'nofile', Soft: 100, Hard: 200 }], Sysctls: { 'net.ipv4.ip_default_ttl': '33' } };
  const task = w.task({ ...shared(), containers: [busybox('app', { ...out, hostConfig, config: { User: '5:6', WorkingDir: '/data' }, command: shell('touch /scratch/a && echo "$(id -u):$(id -g) $(pwd) $(ulimit -n) $(cat /proc/sys/net/ipv4/ip_default_ttl)"; touch /data/x || echo readonly; while :; do sleep 0.1; done') })] });
  w.run(task);
  await w.until(task, 'RUNNING');
  const lines: string[] = [];
  await waitFor('the output', async () => {
    lines.length = 0;
    for await (const line of w.runtime.logs(w.ids(task).get('app')!, { follow: false })) lines.push(line.text);
    return lines.includes('readonly');
  });
  assert.ok(lines.includes('5:6 /data 100 33'), lines.join('\n'));
});
