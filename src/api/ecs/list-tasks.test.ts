// ListTasks: filters and pages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENT_ARN, type EcsHarness, openEcs } from '#tests/support/api-harness.ts';

async function openWithTasks(): Promise<{ ecs: EcsHarness; hosts: string[]; run: (input: object) => string[] }> {
  const ecs = await openEcs();
  const hosts = [ecs.addHost(), ecs.addHost()];
  for (const family of ['web', 'job']) {
    ecs.call('RegisterTaskDefinition', { family, containerDefinitions: [{ name: 'app', image: 'busybox', memory: 8 }] });
  }
  const run = (input: object): string[] =>
    ecs.call('host' in input ? 'StartTask' : 'RunTask', input as Record<string, unknown>).tasks.map((t: any) => t.taskArn);
  return { ecs, hosts, run };
}

const list = (ecs: EcsHarness, input: object = {}): string[] => ecs.call('ListTasks', input as Record<string, unknown>).taskArns;

test('by default those to be RUNNING, whatever state they have reached; PENDING finds none', async () => {
  const { ecs, run } = await openWithTasks();
  const [kept, stopped] = [run({ taskDefinition: 'web' })[0]!, run({ taskDefinition: 'web' })[0]!];
  ecs.call('StopTask', { task: stopped });
  assert.deepEqual(list(ecs), [kept]);
  assert.deepEqual(list(ecs, { desiredStatus: 'RUNNING' }), [kept]);
  assert.deepEqual(list(ecs, { desiredStatus: 'STOPPED' }), [stopped]);
  assert.deepEqual(list(ecs, { desiredStatus: 'PENDING' }), []);
  ecs.call('SubmitTaskStateChange', { task: stopped, status: 'STOPPED', containers: [{ containerName: 'app', status: 'STOPPED', exitCode: 0 }] }, { callerArn: AGENT_ARN });
  assert.deepEqual(list(ecs, { desiredStatus: 'STOPPED', family: 'web' }), [stopped]);
});

test('each filter keeps what it names', async () => {
  const { ecs, hosts, run } = await openWithTasks();
  const web = run({ taskDefinition: 'web', startedBy: 'me' });
  const job = run({ taskDefinition: 'job', group: 'g' });
  const started = ecs.call('StartTask', { taskDefinition: 'job', containerInstances: [hosts[1]] }).tasks.map((t: any) => t.taskArn);
  assert.deepEqual(list(ecs, { family: 'web' }), web);
  assert.deepEqual(list(ecs, { family: 'job' }), [...job, ...started]);
  assert.deepEqual(list(ecs, { startedBy: 'me' }), web);
  assert.deepEqual(list(ecs, { launchType: 'EC2' }).length, 3);
  assert.deepEqual(list(ecs, { launchType: 'FARGATE' }), []);
  assert.ok(list(ecs, { containerInstance: hosts[1] }).includes(started[0]));
  assert.deepEqual([...list(ecs, { containerInstance: hosts[0]!.slice(-32) }), ...list(ecs, { containerInstance: hosts[1] })].sort(), list(ecs).sort());
  assert.throws(() => list(ecs, { serviceName: 'none' }), { code: 'ServiceNotFoundException' });
  assert.deepEqual(list(ecs, { containerInstance: hosts[1], desiredStatus: 'STOPPED' }), []);
});

test('startedBy stands alone, and values must be ones there are', async () => {
  const { ecs } = await openWithTasks();
  const refused = (input: object) => assert.throws(() => list(ecs, input), { code: 'InvalidParameterException' });
  refused({ startedBy: 'me', family: 'web' });
  refused({ family: 'web', serviceName: 's' });
  refused({ desiredStatus: 'DONE' });
  refused({ launchType: 'CLOUD' });
  refused({ maxResults: 101 });
  assert.throws(() => list(ecs, { cluster: 'none' }), { code: 'ClusterNotFoundException' });
});

test('pages show each task once while others come and go, and a token keeps to its filters', async () => {
  const { ecs, run } = await openWithTasks();
  const all = [...run({ taskDefinition: 'web', count: 10 }), ...run({ taskDefinition: 'web', count: 10 })];
  const first = ecs.call('ListTasks', { maxResults: 7 });
  ecs.call('StopTask', { task: all[2] });
  run({ taskDefinition: 'web' });
  const second = ecs.call('ListTasks', { maxResults: 7, nextToken: first.nextToken });
  const third = ecs.call('ListTasks', { maxResults: 7, nextToken: second.nextToken });
  assert.deepEqual([...first.taskArns, ...second.taskArns, ...third.taskArns].slice(0, 20), all);
  assert.throws(() => ecs.call('ListTasks', { family: 'job', nextToken: first.nextToken }), { code: 'InvalidParameterException' });
});
