// Interfaces that the agent makes: what is different from Docker's, and what is left when somebody is killed or tidies up.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openLinuxDriver } from '#agent/network/linux-driver.ts';
import { NAMESPACE_NOTES, NAMESPACES } from '#agent/network/linux-interfaces.ts';
import { taskInterfaceSpec, type TaskInterface } from '#agent/network/task-interfaces.ts';
import { vpcNetworkName } from '#agent/spec/network.ts';
import type { PayloadTask } from '#link/messages.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { TEST_IMAGE } from './agent-image.ts';
import { busybox, openWorld, shell } from './agent-world.ts';
import type { AgentWorld } from './agent-world.ts';
import { ask, wordServer } from './word-server.ts';

let w: AgentWorld;
before(async () => {
  w = await openWorld();
});
after(() => w.close());

const docker = (...args: readonly string[]): string => execFileSync('docker', args, { encoding: 'utf8' }).trim();
const networks = (): string[] => docker('network', 'ls', '--format', '{{.Name}}').split('\n');
const address = (host: number): string => w.eni(host).ipv4Addresses[0]!.privateAddress;
const task = (host: number, ...containers: PayloadTask['containers']): PayloadTask => w.task({ networkMode: 'awsvpc', elasticNetworkInterfaces: [w.eni(host)], containers });
const started = async (one: PayloadTask): Promise<TaskInterface> => {
  w.run(one);
  await w.until(one, 'RUNNING');
  return taskInterfaceSpec(one, w.agent.tasks.get(one.arn)?.context.namespace ?? '')!;
};

test('several containers share it without a pause container, and it is gone when the task is reported stopped', async () => {
  const one = task(11, busybox('web', { command: wordServer(8080, 'hello') }), busybox('side', { command: shell('nc 127.0.0.1 8080; trap "exit 0" TERM; while :; do sleep 1 & wait $!; done') }));
  const { namespace } = await started(one);
  assert.equal(w.ids(one).size, 2);
  assert.equal(await ask(address(11), 8080), 'hello');
  assert.ok(existsSync(join(NAMESPACES, namespace)));
  w.stop(one);
  await w.until(one, 'STOPPED');
  assert.ok(!existsSync(join(NAMESPACES, namespace)));
  await w.gone(one);
});

test('a container that is started again by its restart policy is on it again', async () => {
  const again = { enabled: true, ignoredExitCodes: [], restartAttemptPeriod: 1 };
  const one = task(12, busybox('web', { command: shell('[ -e /again ] || { touch /again; sleep 1.5; exit 1; }; trap "exit 0" TERM; while :; do echo again | nc -l -p 8080 & wait $!; done'), restartPolicy: again }));
  await started(one);
  assert.equal(await ask(address(12), 8080), 'again');
  w.stop(one);
  await w.gone(one);
});

test('a namespace whose name somebody removed is made again for the container that is started again', async () => {
  const again = { enabled: true, ignoredExitCodes: [], restartAttemptPeriod: 1 };
  const one = task(23, busybox('web', { command: wordServer(8080, 'again'), restartPolicy: again }));
  const { namespace } = await started(one);
  assert.equal(await ask(address(23), 8080), 'again');
  execFileSync('ip', ['netns', 'del', namespace]);
  const web = () => w.agent.tasks.get(one.arn)!.run.containers['web']!;
  await waitFor('the attempt period to pass', () => Date.now() - (web().lastStartAtMs ?? 0) > 1100);
  docker('kill', w.ids(one).get('web')!);
  await waitFor('the restart', () => web().restarts === 1);
  assert.equal(await ask(address(23), 8080), 'again');
  w.stop(one);
  await w.gone(one);
});

test('an address that is another task\'s now is reached at once by one that knew whose it was: the host\'s, or a task\'s', async () => {
  const neighbour = task(21, busybox('app'));
  const { bridge } = await started(neighbour);
  const ping = (): string => docker('exec', w.ids(neighbour).get('app')!, 'ping', '-c', '1', '-W', '2', address(22));
  execFileSync('ip', ['address', 'add', `${address(22)}/32`, 'dev', bridge]);
  ping();
  execFileSync('ip', ['address', 'del', `${address(22)}/32`, 'dev', bridge]);
  for (const ec2Id of ['eni-former', 'eni-now']) {
    const one = w.task({ networkMode: 'awsvpc', elasticNetworkInterfaces: [{ ...w.eni(22), ec2Id }], containers: [busybox('app')] });
    await started(one);
    assert.match(ping(), /1 packets received/, ec2Id);
    w.stop(one);
    await w.until(one, 'STOPPED');
  }
  w.stop(neighbour);
  await w.gone(neighbour);
});

test('docker network prune leaves the network of running tasks alone; without tasks it can be removed', async () => {
  const one = task(13, busybox('web', { command: wordServer(8080, 'still here') }));
  const { vpcId } = await started(one);
  const name = vpcNetworkName(vpcId);
  await waitFor('the keeper', () => docker('ps', '-q', '--filter', `name=${name}-keeper`) !== '');
  docker('network', 'prune', '-f');
  assert.ok(networks().includes(name));
  assert.equal(await ask(address(13), 8080), 'still here');
  await w.runtime.removeNetwork(name);
  assert.ok(networks().includes(name), 'a task is on it');
  w.stop(one);
  await w.gone(one);
  await w.runtime.removeNetwork(name);
  assert.ok(!networks().includes(name));
});

test('a bridge or network that somebody removed is there again when the agent has looked, with the tasks that run on it', async () => {
  const one = task(19, busybox('web', { command: wordServer(8080, 'back again') }));
  const { vpcId, vpcCidrBlock, bridge, macAddress } = await started(one);
  const driver = openLinuxDriver({ ensureNetwork: (spec) => w.runtime.ensureNetwork(spec) });
  const entry = { kind: 'interface' as const, id: w.eni(19).ec2Id, address: address(19), macAddress, host: '127.0.0.1', groupIds: [] };
  const state = { vpcId, cidrBlock: vpcCidrBlock, vni: 1, version: 1, entries: new Map([[entry.id, entry]]) };
  const name = vpcNetworkName(vpcId);
  await waitFor('the keeper', () => docker('ps', '-q', '--filter', `name=${name}-keeper`) !== '');
  for (const remove of [
    () => execFileSync('ip', ['link', 'del', bridge]),
    () => [docker('rm', '-f', `${name}-keeper`), docker('network', 'rm', name)],
  ]) {
    assert.deepEqual(await driver.apply(state, '127.0.0.1'), { ok: true, value: undefined });
    assert.equal(await ask(address(19), 8080), 'back again');
    remove();
    driver.forget();
  }
  assert.deepEqual(await driver.apply(state, '127.0.0.1'), { ok: true, value: undefined });
  assert.equal(await ask(address(19), 8080), 'back again');
  await driver.remove(vpcId);
  w.stop(one);
  await w.gone(one);
  await w.runtime.removeNetwork(name);
  assert.throws(() => execFileSync('ip', ['link', 'show', bridge], { stdio: 'pipe' }), /does not exist/, 'what was made in Docker\'s stead goes with its network');
});

test('a namespace in which nothing runs gives its address up; one that is whole is taken for what it is', async () => {
  const one = task(14, busybox('web', { command: wordServer(8080, 'mine') }));
  // Left by an agent that was killed between making it and starting something in it.
  const left = { ...taskInterfaceSpec(one, 'ls-killed-agent-1')! };
  const first = task(15, busybox('app'));
  await started(first);
  assert.deepEqual(await w.interfaces.attach(left), { ok: true, value: undefined });
  const own = await started(one);
  assert.equal(await ask(address(14), 8080), 'mine');
  assert.ok(!existsSync(join(NAMESPACES, left.namespace)));
  assert.deepEqual(await w.interfaces.attach(own), { ok: true, value: undefined });
  assert.equal(await ask(address(14), 8080), 'mine');
  await w.interfaces.sweep('killed-agent', new Set());
  for (const each of [one, first]) w.stop(each);
  for (const each of [one, first]) await w.gone(each);
});

test('namespaces of tasks that nobody knows are swept, but none in which something runs, and none of another agent', async () => {
  const one = task(16, busybox('app'));
  const { namespace } = await started(one);
  const agentId = namespace.split('-')[1]!;
  const spec = (name: string, host: number): TaskInterface => ({ ...taskInterfaceSpec(task(host), name)!, namespace: name });
  const [lost, foreign] = [spec(`ls-${agentId}-lost`, 17), spec('ls-somebodyelse-x', 18)];
  for (const each of [lost, foreign]) assert.ok((await w.interfaces.attach(each)).ok);
  symlinkSync('/run/netns/ls-nowhere', join(NAMESPACE_NOTES, `dangling${process.pid}`));
  const removed = spec(`ls-removed${process.pid}-x`, 20);
  assert.ok((await w.interfaces.attach(removed)).ok);
  execFileSync('ip', ['netns', 'del', removed.namespace]);
  await w.interfaces.sweep(agentId, new Set());
  assert.deepEqual(readdirSync(NAMESPACE_NOTES).filter((name) => name === `dangling${process.pid}` || name === removed.namespace), []);
  assert.deepEqual([namespace, lost.namespace, foreign.namespace].map((name) => existsSync(join(NAMESPACES, name))), [true, false, true]);
  await w.interfaces.detach(foreign);
  await w.interfaces.detach(foreign);
  assert.ok(!existsSync(join(NAMESPACES, foreign.namespace)));
  w.stop(one);
  await w.gone(one);
});

test('without a namespace of its own a container does not start', async () => {
  const created = await w.runtime.create({ name: `longshore-no-namespace-${process.pid}`, image: TEST_IMAGE, labels: {}, config: { Cmd: ['true'] }, hostConfig: {}, inNamespace: true });
  assert.ok(created.ok);
  const refused = await w.runtime.start(created.value, 'ls-nowhere');
  assert.match(refused.ok ? '' : refused.failure.message, /no network namespace was made for container/);
  await w.runtime.remove(created.value);
});
