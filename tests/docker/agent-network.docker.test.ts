// Ports, volumes and the network modes but awsvpc (agent-awsvpc.docker.test.ts) on a real engine.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { waitFor } from '#tests/support/wait-for.ts';
import { busybox, openWorld, shell } from './agent-world.ts';
import type { AgentWorld } from './agent-world.ts';
import { ask, wordServer } from './word-server.ts';

let w: AgentWorld;
before(async () => {
  w = await openWorld();
});
after(() => w.close());

const shared = () => ({ volumes: [{ name: 'out', type: 'host' as const, host: { sourcePath: w.folder } }] });
const out = { mountPoints: [{ sourceVolume: 'out', containerPath: '/out', readOnly: false }] };
const seen = (file: string): string => readFileSync(join(w.folder, file), 'utf8');

test('static, dynamic and range ports are bound on the host and reported', async () => {
  const free = 20_000 + (process.pid % 10_000);
  const task = w.task({
    containers: [
      busybox('fixed', { command: wordServer(80, 'fixed'), portMappings: [{ containerPort: 80, hostPort: free, protocol: 'tcp' }] }),
      busybox('dynamic', { command: wordServer(81, 'dynamic'), portMappings: [{ containerPort: 81, protocol: 'tcp' }] }),
      busybox('range', { command: wordServer(9001, 'range'), portMappings: [{ containerPortRange: '9000-9002', protocol: 'tcp' }] }),
    ],
  });
  w.run(task);
  const running = await w.until(task, 'RUNNING');
  const bindings = (name: string) => running.containers?.find((c) => c.containerName === name)?.networkBindings ?? [];
  assert.deepEqual(bindings('fixed'), [{ bindIP: '0.0.0.0', containerPort: 80, hostPort: free, protocol: 'tcp' }]);
  assert.equal(await ask('127.0.0.1', free), 'fixed');
  const [dynamic] = bindings('dynamic');
  assert.equal(dynamic?.containerPort, 81);
  assert.equal(await ask('127.0.0.1', dynamic?.hostPort ?? 0), 'dynamic');
  const [range] = bindings('range');
  assert.equal(range?.containerPortRange, '9000-9002');
  const first = Number(range?.hostPortRange?.split('-')[0]);
  assert.equal(range?.hostPortRange, `${first}-${first + 2}`);
  assert.equal(await ask('127.0.0.1', first + 1), 'range');
});

test('a container that is started again has the host port that was reported', async () => {
  const task = w.task({
    containers: [busybox('again', {
      command: shell('[ -e /again ] || { touch /again; sleep 1.5; exit 1; }; trap "exit 0" TERM; while :; do echo again | nc -l -p 80 & wait $!; done'),
      portMappings: [{ containerPort: 80, hostPort: 0, protocol: 'tcp' }], restartPolicy: { enabled: true, ignoredExitCodes: [], restartAttemptPeriod: 1 },
    })],
  });
  w.run(task);
  const running = await w.until(task, 'RUNNING');
  const [binding] = running.containers?.[0]?.networkBindings ?? [];
  assert.equal(binding?.containerPort, 80);
  assert.equal(await ask('127.0.0.1', binding?.hostPort ?? 0), 'again');
  assert.equal(w.agent.tasks.get(task.arn)?.run.containers['again']?.restarts, 1);
});

test('links, host mode and none mode', async () => {
  const linked = w.task({
    ...shared(),
    containers: [
      busybox('client', { ...out, links: ['backend:db'], command: shell('nc db 6000 > /out/linked; while :; do sleep 0.1; done'), stopTimeout: 1 }),
      busybox('backend', { command: wordServer(6000, 'linked') }),
    ],
  });
  const host = w.task({ networkMode: 'host', containers: [busybox('app', { portMappings: [{ containerPort: 4000, protocol: 'tcp' }] })] });
  const none = w.task({ ...shared(), networkMode: 'none', containers: [busybox('app', { ...out, command: shell('ip -o link > /out/none; while :; do sleep 0.1; done'), stopTimeout: 1 })] });
  for (const task of [linked, host, none]) w.run(task);
  await waitFor('the linked answer', () => existsSync(join(w.folder, 'linked')) && seen('linked').includes('linked'), { timeoutMs: 30_000 });
  const running = await w.until(host, 'RUNNING');
  assert.deepEqual(running.containers?.[0]?.networkBindings, [{ bindIP: '0.0.0.0', containerPort: 4000, hostPort: 4000, protocol: 'tcp' }]);
  await waitFor('none', () => existsSync(join(w.folder, 'none')) && seen('none') !== '');
  assert.doesNotMatch(seen('none'), /eth0/);
});

test('volumes: of the task, bound, read-only, from another container, shared', async () => {
  writeFileSync(join(w.folder, 'given'), 'from the host');
  const sharedVolume = `longshore-test-${process.pid}`;
  const task = w.task({
    volumes: [
      { name: 'out', type: 'host', host: { sourcePath: w.folder } },
      { name: 'scratch', type: 'host', host: { sourcePath: '' } },
      { name: sharedVolume, type: 'docker', dockerVolumeConfiguration: { scope: 'shared', autoprovision: true } },
    ],
    containers: [
      busybox('writer', { command: shell('echo scratch > /s/file; echo kept > /k/file; cat /in/given > /s/copy; touch /in/x 2>/dev/null || touch /s/readonly; trap "exit 0" TERM; while :; do sleep 0.05 & wait $!; done'),
        mountPoints: [{ sourceVolume: 'scratch', containerPath: '/s', readOnly: false }, { sourceVolume: sharedVolume, containerPath: '/k', readOnly: false }, { sourceVolume: 'out', containerPath: '/in', readOnly: true }] }),
      busybox('reader', { volumesFrom: [{ sourceContainer: 'writer', readOnly: true }], dependsOn: [{ containerName: 'writer', condition: 'START' }], ...out, stopTimeout: 1,
        command: shell('sleep 0.7; cat /s/file /s/copy > /out/read; ls /s >> /out/read; while :; do sleep 0.1; done') }),
    ],
  });
  w.run(task);
  await w.until(task, 'RUNNING');
  await waitFor('the reader', () => existsSync(join(w.folder, 'read')) && seen('read').includes('readonly'));
  assert.match(seen('read'), /^scratch\nfrom the host/);
  w.stop(task);
  await w.gone(task);
  const volumes = execFileSync('docker', ['volume', 'ls', '-q'], { encoding: 'utf8' }).split('\n');
  assert.ok(volumes.includes(sharedVolume));
  assert.ok(!volumes.some((v) => v.startsWith('ecs-web-1-scratch-')));
  execFileSync('docker', ['volume', 'rm', sharedVolume], { stdio: 'ignore' });
});

test('a shared volume that may not be provisioned has to be there', async () => {
  const task = w.task({ volumes: [{ name: 'nowhere', type: 'docker', dockerVolumeConfiguration: { scope: 'shared', autoprovision: false } }], containers: [busybox('app')] });
  w.run(task);
  assert.match((await w.until(task, 'STOPPED')).reason ?? '', /^ResourceInitializationError: volume nowhere does not exist/);
});
