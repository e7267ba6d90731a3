// User data, images, and what is done with machines.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '#model/instance.ts';
import { imageParameter } from './images.ts';
import { planInstanceSteps, type MachineState } from './keep.ts';
import { planInstanceHost } from './plan-host.ts';
import { settleInstance } from './settle.ts';
import { parseUserData } from './user-data.ts';

test('the cluster is read out of user data however it is written to ecs.config', () => {
  const cluster = (text: string): string => parseUserData(text).cluster;
  assert.equal(cluster(''), 'default');
  assert.equal(cluster('#!/bin/bash\necho ECS_CLUSTER=prod >> /etc/ecs/ecs.config'), 'prod');
  assert.equal(cluster('echo "ECS_CLUSTER=prod" >> /etc/ecs/ecs.config'), 'prod');
  assert.equal(cluster("cat <<'EOF' >> /etc/ecs/ecs.config\nECS_CLUSTER=prod\nECS_LOGLEVEL=debug\nEOF"), 'prod');
  assert.equal(cluster('# ECS_CLUSTER=old\nECS_CLUSTER=one\nECS_CLUSTER=two'), 'two');
  assert.equal(cluster('MY_ECS_CLUSTER=no'), 'default');
  const settings = parseUserData('ECS_INSTANCE_ATTRIBUTES={"stack":"a","n":"1"}\nECS_ENABLE_SPOT_INSTANCE_DRAINING=true');
  assert.deepEqual([settings.attributes, settings.spotDraining], [{ stack: 'a', n: '1' }, true]);
});

test('public parameters name the images', () => {
  assert.equal(imageParameter('/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/image_id'), 'ami-0ec5000000000a2c1');
  assert.equal(JSON.parse(imageParameter('/aws/service/ecs/optimized-ami/amazon-linux-2/arm64/recommended') ?? '{}').image_id, 'ami-0ec5000000000a2c2');
  assert.equal(imageParameter('/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/constructor'), undefined);
  assert.equal(imageParameter('/aws/service/other'), undefined);
});

const row = (over: Partial<Instance>): Instance => ({ id: 'i-1', desired: 'running', state: 'running', ...over }) as Instance;

test('machines are started, stopped, taken away and found dead, by row and by list', () => {
  const steps = (over: Partial<Instance> | undefined, machine?: MachineState) => planInstanceSteps(over === undefined ? [] : [row(over)], new Map(machine === undefined ? [] : [['i-1', machine]])).map((s) => `${s.kind} ${s.settle?.kind ?? '-'}`);
  assert.deepEqual(steps({ state: 'pending' }), ['start running']);
  assert.deepEqual(steps({ state: 'pending' }, 'up'), ['start running'], 'a start that was half done is done again');
  assert.deepEqual(steps({}, 'up'), []);
  assert.deepEqual(steps({}, 'off'), ['start running'], 'the host was booted');
  assert.deepEqual(steps({}, 'dead'), ['stop died']);
  assert.deepEqual(steps({}), ['stop died']);
  assert.deepEqual(steps({ desired: 'terminated', state: 'shutting-down' }, 'up'), ['stop terminated']);
  assert.deepEqual(steps({ desired: 'stopped', state: 'stopping' }, 'up'), ['stop stopped']);
  assert.deepEqual(steps({ desired: 'stopped', state: 'stopped' }, 'off'), []);
  assert.deepEqual(steps(undefined, 'up'), ['stop -'], "nobody's machine");
});

test('what came of a step never undoes what was asked for meanwhile', () => {
  const leaving = row({ desired: 'terminated', state: 'shutting-down' });
  assert.equal(settleInstance(leaving, { kind: 'running' }, 5), leaving);
  assert.equal(settleInstance(row({ state: 'pending' }), { kind: 'running' }, 5).state, 'running');
  const refused = settleInstance(row({ state: 'pending' }), { kind: 'refused', message: 'no room' }, 5);
  assert.deepEqual([refused.state, refused.stateReason?.message], ['shutting-down', 'Server.InsufficientInstanceCapacity: no room']);
  assert.equal(settleInstance(row({}), { kind: 'died' }, 5).state, 'terminated');
});

test('a container instance is drained before its instance ends and deregistered after', () => {
  const plan = (over: Partial<Parameters<typeof planInstanceHost>[0]>, now = 0) => planInstanceHost({ instance: row({}), host: { arn: 'h', status: 'ACTIVE' }, busy: false, drainHeld: false, ...over }, now).actions.map((a) => a.kind);
  assert.deepEqual(plan({}), []);
  assert.deepEqual(plan({ drainHeld: true, busy: true }), ['drain']);
  assert.deepEqual(plan({ drainHeld: true, busy: true, host: { arn: 'h', status: 'DRAINING' } }), []);
  assert.deepEqual(plan({ drainHeld: true, host: { arn: 'h', status: 'DRAINING' } }), ['letGo']);
  assert.deepEqual(plan({ drainHeld: true, host: undefined }), ['letGo']);
  assert.deepEqual(plan({ instance: row({ interruptAt: 100 }), busy: true }, 50), ['drain']);
  assert.deepEqual(plan({ instance: row({ interruptAt: 100 }), busy: true, host: { arn: 'h', status: 'DRAINING' } }, 100), ['takeBack']);
  assert.deepEqual(plan({ instance: row({ state: 'terminated', desired: 'terminated' }) }), ['deregister']);
});
