// Targets of services' tasks: when they come and when they go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskFixture } from '../task/task.fixture.ts';
import { planTargets } from './targets.ts';
import type { TargetsSnapshot } from './targets.ts';
import type { Target } from '#model/load-balancer.ts';

const LOAD_BALANCERS = [{ targetGroupArn: 'tg', containerName: 'app', containerPort: 80 }];
const HOST = { id: 'i-1', address: '127.0.0.1' };

function snapshot(over: Partial<TargetsSnapshot> = {}): TargetsSnapshot {
  const task = taskFixture({ loadBalancers: LOAD_BALANCERS, lastStatus: 'RUNNING' });
  return { task, targets: [], groups: new Map([['tg', { targetType: 'ip', deregistrationDelayMs: 10_000 }]]), privateIpAddress: '10.0.0.5', host: HOST, hostNetwork: false, ...over };
}

const TARGET: Target = { targetGroupArn: 'tg', id: '10.0.0.5', address: '10.0.0.5', port: 80, registeredAt: 0, health: { state: 'healthy', since: 0 } };
const kinds = (s: TargetsSnapshot, now: number): string[] => planTargets(s, now).actions.map((action) => action.kind).filter((kind) => kind !== 'event');

test('SV19 a RUNNING task is registered by address and container port, or by host and bound port', () => {
  const [ip] = planTargets(snapshot(), 5).actions;
  assert.ok(ip?.kind === 'putTarget');
  assert.deepEqual([ip.target.id, ip.target.port, ip.target.health.state], ['10.0.0.5', 80, 'initial']);
  const groups = new Map([['tg', { targetType: 'instance', deregistrationDelayMs: 0 }]] as const);
  assert.deepEqual(kinds(snapshot({ groups }), 5), [], 'its port is not bound yet');
  const bound = taskFixture({ loadBalancers: LOAD_BALANCERS, lastStatus: 'RUNNING' });
  const task = { ...bound, containers: bound.containers.map((c) => ({ ...c, networkBindings: [{ containerPort: 80, hostPort: 32_768 }] })) };
  const [host] = planTargets(snapshot({ groups, task }), 5).actions;
  assert.ok(host?.kind === 'putTarget');
  assert.deepEqual([host.target.id, host.target.port, host.target.address], ['i-1', 32_768, '127.0.0.1']);
  assert.deepEqual(kinds(snapshot({ targets: [TARGET] }), 5), []);
  assert.deepEqual(kinds(snapshot({ task: taskFixture({ loadBalancers: LOAD_BALANCERS, lastStatus: 'PENDING' }) }), 5), []);
});

const draining = (): TargetsSnapshot['task'] => taskFixture({ loadBalancers: LOAD_BALANCERS, lastStatus: 'DEACTIVATING', desiredStatus: 'STOPPED', drainingSince: 100 });

test('SV20 a task that is to stop drains its targets first', () => {
  assert.deepEqual(kinds(snapshot({ task: draining(), targets: [TARGET] }), 100), ['putTarget']);
  assert.deepEqual(kinds(snapshot({ task: draining(), targets: [{ ...TARGET, drainingSince: 100 }] }), 5_000), []);
  assert.deepEqual(kinds(snapshot({ task: draining() }), 5_000), ['endDraining']);
});

test('SV21 the deregistration delay ends draining', () => {
  const waiting = snapshot({ task: draining(), targets: [{ ...TARGET, drainingSince: 100 }] });
  assert.equal(planTargets(waiting, 5_000).wakeAt, 10_100);
  assert.deepEqual(kinds(waiting, 10_100), ['deleteTarget', 'endDraining']);
});

test('SV22 a task that ended by itself loses its targets at once', () => {
  for (const lastStatus of ['STOPPED', 'DEPROVISIONING', 'RUNNING'] as const) {
    assert.deepEqual(kinds(snapshot({ task: taskFixture({ loadBalancers: LOAD_BALANCERS, lastStatus, desiredStatus: 'STOPPED' }), targets: [TARGET] }), 5), ['deleteTarget']);
  }
  assert.deepEqual(kinds(snapshot({ task: undefined, targets: [TARGET] }), 5), ['deleteTarget']);
});
