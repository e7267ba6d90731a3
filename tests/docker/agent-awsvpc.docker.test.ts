// awsvpc tasks on a real engine, with interfaces of the agent's making and of Docker's: whoever makes them, a task sees the same.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '#tests/support/wait-for.ts';
import { busybox, openWorld, shell } from './agent-world.ts';
import type { AgentWorld } from './agent-world.ts';
import { ask, wordServer } from './word-server.ts';

const MAKERS = [['the agent', {}], ['Docker', { interfaces: undefined }]] as const;

for (const [who, options] of MAKERS) describe(`interfaces made by ${who}`, () => {
  let w: AgentWorld;
  before(async () => {
    w = await openWorld({}, options as object);
  });
  after(() => w.close());

  const shared = () => ({ volumes: [{ name: 'out', type: 'host' as const, host: { sourcePath: w.folder } }] });
  const out = { mountPoints: [{ sourceVolume: 'out', containerPath: '/out', readOnly: false }] };
  const seen = (file: string): string => readFileSync(join(w.folder, file), 'utf8');

  test('two awsvpc tasks have the addresses they were given, and reach one another; the host reaches both', async () => {
    const one = w.task({ networkMode: 'awsvpc', elasticNetworkInterfaces: [w.eni(21)], containers: [busybox('web', { command: wordServer(8080, 'hello') })] });
    w.run(one);
    await w.until(one, 'RUNNING');
    const [address = ''] = w.eni(21).ipv4Addresses.map((a) => a.privateAddress);
    const two = w.task({
      ...shared(), networkMode: 'awsvpc', elasticNetworkInterfaces: [w.eni(22)],
      containers: [busybox('client', { ...out, command: shell(`nc ${address} 8080 > /out/answer; ip addr show eth0 > /out/ip; hostname > /out/hostname; while :; do sleep 0.1; done`), stopTimeout: 1 })],
    });
    w.run(two);
    const running = await w.until(two, 'RUNNING');
    assert.deepEqual(running.attachments, [{ attachmentArn: w.eni(22).attachmentArn, status: 'ATTACHED' }]);
    await waitFor('the client', () => existsSync(join(w.folder, 'hostname')) && seen('hostname') !== '');
    assert.equal(seen('answer').trim(), 'hello');
    assert.match(seen('ip'), new RegExp(w.eni(22).ipv4Addresses[0]!.privateAddress));
    assert.match(seen('ip'), new RegExp(w.eni(22).macAddress));
    assert.match(seen('hostname'), /^ip-10-/);
    assert.equal(await ask(address, 8080), 'hello');
    assert.equal(w.ids(one).size, 1, 'a lone container needs no pause container');
  });

  test('an address that is taken is a ResourceInitializationError, and may be had again once its task has stopped', async () => {
    const holder = w.task({ networkMode: 'awsvpc', elasticNetworkInterfaces: [w.eni(31)], containers: [busybox('app')] });
    w.run(holder);
    await w.until(holder, 'RUNNING');
    const rival = w.task({ networkMode: 'awsvpc', elasticNetworkInterfaces: [w.eni(31)], containers: [busybox('app')] });
    w.run(rival);
    assert.match((await w.until(rival, 'STOPPED')).reason ?? '', /^ResourceInitializationError: unable to attach network interface: address 10\..*\.31 is already in use/);
    w.stop(holder);
    await w.until(holder, 'STOPPED');
    const heir = w.task({ networkMode: 'awsvpc', elasticNetworkInterfaces: [w.eni(31)], containers: [busybox('app')] });
    w.run(heir);
    await w.until(heir, 'RUNNING');
  });

  test('the containers of an awsvpc task share localhost, pid namespace and shared memory; a pause container reaps', async () => {
    const task = w.task({
      ...shared(), networkMode: 'awsvpc', pidMode: 'task', ipcMode: 'task', elasticNetworkInterfaces: [w.eni(41)], cpu: 0.5, memory: 256,
      containers: [
        busybox('web', { command: wordServer(7000, 'local'), config: { Hostname: 'given' } }),
        // The orphan's parent ends first: only the pause container can reap it.
        busybox('probe', { ...out, hostConfig: { ExtraHosts: ['friend:10.9.9.9'] }, dependsOn: [{ containerName: 'web', condition: 'START' }], stopTimeout: 1,
          command: shell('sh -c "usleep 100000 & exit 0"; sleep 1; ps > /out/ps; cat /etc/hosts > /out/hosts; nc 127.0.0.1 7000 > /out/local; while :; do sleep 0.1; done') }),
      ],
    });
    w.run(task);
    await w.until(task, 'RUNNING');
    await waitFor('the probe', () => existsSync(join(w.folder, 'local')) && seen('local') !== '');
    assert.equal(seen('local').trim(), 'local');
    assert.match(seen('ps'), /\/pause/);
    assert.match(seen('ps'), /nc -l -p 7000/);
    assert.doesNotMatch(seen('ps'), /\[usleep\]|Z /);
    assert.match(seen('hosts'), /10\.9\.9\.9\s+friend/);
    assert.equal(w.ids(task).size, 3);
    const running = w.plane.reports.find((r) => r.task === task.arn);
    assert.deepEqual(running?.containers?.map((c) => c.containerName), ['web', 'probe'], 'the pause container is never reported');
    w.stop(task);
    await w.gone(task);
  });
});
