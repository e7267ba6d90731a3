// Zero failed requests while targets come and go, weights move, listeners are made, HAProxy and the control plane are killed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateRuleCommand, ModifyListenerCommand, ModifyTargetGroupAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { systemClock } from '#base/system/clock.ts';
import { haproxyProcess } from '#balancer/haproxy-process.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { ask, freePort, startBalancerWorld, startLoad, type BalancerWorld } from './balancer-world.ts';

let world: BalancerWorld;
let group: string;
let listener: string;

before(async () => {
  world = await startBalancerWorld();
  group = await world.group('app');
  listener = await world.listen([{ Type: 'forward', TargetGroupArn: group }]);
});
after(() => world.stop());

const address = (): string => world.address();
/** Between two masters nobody answers. */
const workerPid = (): Promise<number> => waitFor('a worker', async () => (await haproxyProcess(world.folder, systemClock).workers()).find((worker) => worker.current)?.pid);
const masterPid = (): number => Number(readFileSync(join(world.folder, 'master.pid'), 'utf8'));

test('targets come and go under load: no request fails, and none reaches a target after it is gone', async () => {
  const first = await world.server('first');
  await world.register(group, first);
  await world.until(group, 'healthy');
  const pid = await workerPid();
  const loads = [startLoad(address, world.port), startLoad(address, world.port, { keepAlive: false, connections: 2 })];
  for (let round = 0; round < 8; round++) {
    const next = await world.server(`round-${round}`);
    await world.register(group, next);
    await waitFor('it serves', () => next.served > 5);
    await world.deregister(group, next);
    await waitFor('it is gone', async () => (await world.health(group)).length === 1);
    const { served } = next;
    // Closed at once: a request that came now would fail.
    await next.close();
    assert.equal(next.served, served);
  }
  for (const load of loads) await load.stop();
  assert.deepEqual(loads.flatMap((load) => load.failures), []);
  assert.equal(await workerPid(), pid, 'targets come without a reload');
  await world.deregister(group, first);
});

test('a draining target finishes what it has, and gets nothing new', async () => {
  await waitFor('empty', async () => (await world.health(group)).length === 0);
  const held: (() => void)[] = [];
  const slow = await world.server('slow', (_req, res) => held.push(() => res.end('slow')));
  const other = await world.server('other');
  await world.register(group, slow);
  await world.until(group, 'healthy');
  const pending = ask(address(), world.port, '/');
  await waitFor('the request arrives', () => held.length === 1);
  await world.register(group, other);
  await world.until(group, 'healthy', 'healthy');
  await world.deregister(group, slow);
  await world.until(group, 'draining', 'healthy');
  for (let i = 0; i < 20; i++) assert.equal(await ask(address(), world.port, '/'), '200 other');
  held[0]!();
  assert.equal(await pending, '200 slow');
  await waitFor('it is gone', async () => (await world.health(group)).length === 1);
});

test('the deregistration delay ends a connection that does not', async () => {
  await world.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: group, Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '1' }] }));
  const stuck = await world.server('stuck', () => {});
  await world.register(group, stuck);
  await waitFor('both healthy', async () => (await world.health(group)).every((one) => one.State === 'healthy'));
  const asked = [ask(address(), world.port, '/'), ask(address(), world.port, '/')].map((one) => one.catch((error: Error) => error.message));
  await waitFor('one hangs', () => stuck.served > 0);
  const begun = performance.now();
  await world.deregister(group, stuck);
  await waitFor('it is gone', async () => (await world.health(group)).length === 1);
  assert.ok(performance.now() - begun >= 900);
  // The request was safe to repeat, so another target has answered it.
  assert.deepEqual(await Promise.all(asked), ['200 other', '200 other']);
});

test('weights move without a reload and without a failure', async () => {
  const blue = await world.server('blue');
  const green = await world.server('green');
  const [blueGroup, greenGroup] = [await world.group('blue'), await world.group('green')];
  const weigh = (one: number, two: number): Promise<unknown> =>
    world.elb.send(new ModifyListenerCommand({ ListenerArn: listener, DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: blueGroup, Weight: one }, { TargetGroupArn: greenGroup, Weight: two }] } }] }));
  await world.register(blueGroup, blue);
  await world.register(greenGroup, green);
  await weigh(1, 1);
  await world.until(blueGroup, 'healthy');
  await world.until(greenGroup, 'healthy');
  const pid = await workerPid();
  const load = startLoad(address, world.port);
  const settled = async (share: (all: number, blues: number) => boolean): Promise<void> => {
    await waitFor('the share', () => {
      const before = blue.served + green.served;
      const blues = blue.served;
      return waitFor('requests', () => blue.served + green.served > before + 400).then(() => share(blue.served + green.served - before, blue.served - blues));
    });
  };
  await weigh(100, 0);
  await settled((all, blues) => blues === all);
  await weigh(20, 80);
  await settled((all, blues) => blues / all > 0.1 && blues / all < 0.3);
  await weigh(0, 1);
  await settled((_all, blues) => blues === 0);
  await load.stop();
  assert.deepEqual(load.failures, []);
  assert.equal(await workerPid(), pid);
  await world.elb.send(new ModifyListenerCommand({ ListenerArn: listener, DefaultActions: [{ Type: 'forward', TargetGroupArn: group }] }));
});

test('listeners and rules are made under load: HAProxy reloads, no request fails', async () => {
  await world.until(group, 'healthy');
  const pid = await workerPid();
  const loads = [startLoad(address, world.port), startLoad(address, world.port, { keepAlive: false, connections: 2 })];
  for (let i = 1; i <= 5; i++) {
    await world.elb.send(new CreateRuleCommand({ ListenerArn: listener, Priority: i, Conditions: [{ Field: 'path-pattern', Values: [`/only-${i}`] }], Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: `rule ${i}` } }] }));
    await waitFor('the rule answers', async () => (await ask(address(), world.port, `/only-${i}`)) === `200 rule ${i}`);
  }
  const port = await freePort();
  await world.listen([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'other port' } }], port);
  await waitFor('the listener answers', async () => (await ask(address(), port, '/')) === '200 other port');
  for (const load of loads) await load.stop();
  assert.deepEqual(loads.flatMap((load) => load.failures), []);
  assert.notEqual(await workerPid(), pid);
  await world.until(group, 'healthy');
});

test('unhealthy targets get nothing while another is healthy, and all get everything when none is', async () => {
  const sick = await world.server('sick');
  await world.register(group, sick);
  await waitFor('both healthy', async () => (await world.health(group)).map((one) => one.State).join() === 'healthy,healthy');
  sick.status = 500;
  await waitFor('the code is told', async () => (await world.health(group)).some((one) => one.State === 'unhealthy' && one.Reason === 'Target.ResponseCodeMismatch' && one.Description === 'Health checks failed with these codes: [500]'), { timeoutMs: 20_000 });
  for (let i = 0; i < 10; i++) assert.equal(await ask(address(), world.port, '/'), '200 other');
  const healthy = (await world.health(group)).find((one) => one.State === 'healthy')!;
  await world.deregister(group, { target: { Id: sick.target.Id, Port: healthy.port } } as never);
  await world.until(group, 'unhealthy');
  await waitFor('fail open', async () => (await ask(address(), world.port, '/')) === '200 sick');
  sick.status = 200;
  await waitFor('healthy again', async () => (await world.health(group))[0]?.State === 'healthy', { timeoutMs: 20_000 });
  assert.equal(await ask(address(), world.port, '/'), '200 sick');
});

test('with the control plane killed it serves on; a new one adopts it as it is', async () => {
  const pid = await workerPid();
  const load = startLoad(address, world.port);
  await world.platform.killServer();
  const seen = load.total;
  await waitFor('it serves without a control plane', () => load.total > seen + 300);
  await world.platform.startServer();
  const late = await world.server('late');
  await world.register(group, late);
  await waitFor('it serves', () => late.served > 5);
  await load.stop();
  assert.deepEqual(load.failures, []);
  assert.equal(await workerPid(), pid, 'adopted without a reload');
});

test('killed with -9 HAProxy is back within a second, with its targets', async () => {
  for (const kill of [workerPid, async () => masterPid()]) {
    await waitFor('states are saved', () => /server \S+:\d+ /.test(readFileSync(join(world.folder, 'current/haproxy.cfg'), 'utf8')));
    process.kill(await kill(), 'SIGKILL');
    const begun = performance.now();
    await waitFor('it refuses or serves', async () => (await ask(address(), world.port, '/')).startsWith('200'), { intervalMs: 5 });
    assert.ok(performance.now() - begun < 1_000, `${performance.now() - begun} ms`);
    await waitFor('the control plane has it again', async () => (await world.health(group)).every((one) => one.State === 'healthy'));
  }
});
