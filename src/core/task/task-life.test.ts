// The rules of SPEC.md, one test or more for each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CONTAINER_STATUSES, TASK_STATUSES } from '#model/task-status.ts';
import type { Task } from '#model/task.ts';
import { acknowledgeTask } from './acknowledge.ts';
import { applyAttachmentReport, applyHealthReport, applyTaskReport } from './report.ts';
import type { TaskReport } from './report.ts';
import { listedStatus, mustStop, planOrder } from './plan-order.ts';
import { endDraining, endWithHost, releaseTask, requestStop } from './stop.ts';
import { attachmentFixture, containerFixture, taskFixture } from './task.fixture.ts';
import { TASK_EVENTS, nextStatus } from './transitions.ts';

const USER_STOP = { stopCode: 'UserInitiated', reason: 'enough' } as const;
const running = (over: Partial<TaskReport> = {}): TaskReport => ({
  status: 'RUNNING',
  containers: [{ name: 'app', status: 'RUNNING', runtimeId: 'abc' }],
  ...over,
});
const stopped = (over: Partial<TaskReport> = {}): TaskReport => ({
  status: 'STOPPED',
  containers: [{ name: 'app', status: 'STOPPED', exitCode: 0 }],
  ...over,
});

type Step = (task: Task, now: number) => Task;
const anyReport: fc.Arbitrary<TaskReport> = fc.record(
  {
    status: fc.constantFrom(...TASK_STATUSES),
    reason: fc.constantFrom('', 'CannotPullContainerError: no'),
    containers: fc.array(
      fc.record({ name: fc.constantFrom('app', 'side', 'nobody'), status: fc.constantFrom(...CONTAINER_STATUSES), exitCode: fc.constantFrom(0, 1) }),
      { maxLength: 2 },
    ),
    executionStoppedAt: fc.nat(100),
  },
  { requiredKeys: ['containers'] },
);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: anyReport.map((report): Step => (task, now) => applyTaskReport(task, report, now)) },
  fc.constant<Step>((task, now) => acknowledgeTask(task, now)),
  fc.constant<Step>((task, now) => requestStop(task, USER_STOP, now)),
  fc.constant<Step>((task, now) => endWithHost(task, { stopCode: 'InfrastructureHealth', reason: 'gone' }, now)),
  fc.constant<Step>((task, now) => releaseTask(task, now)),
  fc.constantFrom('ATTACHED', 'DETACHED', 'DELETED').map((status): Step => (task) =>
    applyAttachmentReport(task, [{ id: attachmentFixture().id, status: status as 'ATTACHED' }])),
);
const anyTask = fc.record({ network: fc.boolean(), host: fc.boolean() }).map(({ network, host }) => {
  const task = taskFixture({
    containers: [containerFixture('app'), containerFixture('side', { essential: false })],
    attachments: network ? [attachmentFixture()] : [],
  });
  if (host) return task;
  const { hostArn: _, ...unplaced } = task;
  return unplaced;
});

/** Every task that the steps lead through, the first included. */
function history(task: Task, steps: readonly Step[]): Task[] {
  const seen = [task];
  steps.forEach((step, index) => seen.push(step(seen[seen.length - 1]!, 2000 + index)));
  return seen;
}

test('TS1 lastStatus never moves back and STOPPED is final, whatever the order of events', () => {
  fc.assert(
    fc.property(anyTask, fc.array(anyStep, { maxLength: 30 }), (task, steps) => {
      const seen = history(task, steps);
      for (let i = 1; i < seen.length; i++) {
        const [before, after] = [seen[i - 1]!, seen[i]!];
        assert.ok(TASK_STATUSES.indexOf(after.lastStatus) >= TASK_STATUSES.indexOf(before.lastStatus));
        if (before.lastStatus === 'STOPPED') assert.equal(after, before);
        if (before.desiredStatus === 'STOPPED') assert.equal(after.desiredStatus, 'STOPPED');
        if (after.lastStatus === 'STOPPED') assert.ok(after.stoppedAt !== undefined && after.stopCode !== undefined);
      }
    }),
  );
});

test('TS2 every status answers every event with the same or a later status', () => {
  for (const status of TASK_STATUSES) {
    for (const event of TASK_EVENTS) {
      assert.ok(TASK_STATUSES.indexOf(nextStatus(status, event)) >= TASK_STATUSES.indexOf(status), `${status} ${event}`);
    }
  }
});

test('TS3 nothing new is the same row, anything new is one version more', () => {
  fc.assert(
    fc.property(anyTask, fc.array(anyStep, { maxLength: 20 }), (task, steps) => {
      const seen = history(task, steps);
      for (let i = 1; i < seen.length; i++) {
        const [before, after] = [seen[i - 1]!, seen[i]!];
        if (after !== before) {
          assert.equal(after.version, before.version + 1);
          assert.notDeepEqual({ ...after, version: 0 }, { ...before, version: 0 });
        }
      }
    }),
  );
  const first = applyTaskReport(taskFixture(), running(), 5000);
  assert.equal(applyTaskReport(first, running(), 6000), first);
});

test('TS4 the first RUNNING sets startedAt and attaches the interface', () => {
  const task = taskFixture({ attachments: [attachmentFixture({ status: 'ATTACHING' })] });
  const first = applyTaskReport(task, running(), 5000);
  assert.equal(first.lastStatus, 'RUNNING');
  assert.equal(first.startedAt, 5000);
  assert.equal(first.attachments[0]!.status, 'ATTACHED');
  assert.equal(first.containers[0]!.runtimeId, 'abc');
  const later = applyTaskReport(first, running({ pullStartedAt: 4000 }), 6000);
  assert.equal(later.startedAt, 5000);
});

test('TS5 a stopped container keeps its exit code and reason', () => {
  const task = taskFixture({ containers: [containerFixture('app'), containerFixture('side', { essential: false })] });
  const exited = applyTaskReport(task, running({ containers: [{ name: 'side', status: 'STOPPED', exitCode: 3, reason: 'x' }] }), 5000);
  const again = applyTaskReport(exited, running({ containers: [{ name: 'side', status: 'RUNNING', exitCode: 0, reason: 'y' }] }), 6000);
  assert.equal(again, exited);
  assert.deepEqual([again.containers[1]!.lastStatus, again.containers[1]!.exitCode, again.containers[1]!.reason], ['STOPPED', 3, 'x']);
  assert.equal(again.desiredStatus, 'RUNNING', 'a container that is not essential does not stop its task');
});

test('TS5 later details of a running container are taken in', () => {
  const first = applyTaskReport(taskFixture(), running(), 5000);
  const bindings = [{ bindIP: '0.0.0.0', containerPort: 80, hostPort: 32768, protocol: 'tcp' }] as const;
  const bound = applyTaskReport(first, running({ containers: [{ name: 'app', status: 'RUNNING', networkBindings: bindings }] }), 6000);
  assert.deepEqual(bound.containers[0]!.networkBindings, bindings);
  assert.equal(bound.containers[0]!.runtimeId, 'abc');
});

test('TS6 the exit of an essential container stops the task', () => {
  const task = applyTaskReport(taskFixture(), running(), 5000);
  const exited = applyTaskReport(task, running({ containers: [{ name: 'app', status: 'STOPPED', exitCode: 1 }] }), 6000);
  assert.equal(exited.lastStatus, 'RUNNING');
  assert.equal(exited.desiredStatus, 'STOPPED');
  assert.equal(exited.stopCode, 'EssentialContainerExited');
  assert.equal(exited.stoppedReason, 'Essential container in task exited');
  assert.equal(exited.stoppingAt, 6000);
});

test('TS6 a container that ran and exited before any RUNNING report counts as exited, not as failed to start', () => {
  const task = applyTaskReport(taskFixture(), stopped(), 6000);
  assert.equal(task.stopCode, 'EssentialContainerExited');
  assert.equal(task.stoppedReason, 'Essential container in task exited');
});

test('TS7 a task that never ran has TaskFailedToStart and the reason of the agent', () => {
  const reason = 'CannotPullContainerError: pull access denied';
  const task = applyTaskReport(taskFixture(), { status: 'STOPPED', reason, containers: [{ name: 'app', status: 'STOPPED', reason }] }, 6000);
  assert.deepEqual([task.lastStatus, task.stopCode, task.stoppedReason], ['STOPPED', 'TaskFailedToStart', reason]);
  assert.equal(task.startedAt, undefined);
  assert.equal(task.containers[0]!.reason, reason);
});

test('TS7 without a reason of the task, the reason of its container serves', () => {
  const reason = 'CannotStartContainerError: no such file';
  const task = applyTaskReport(taskFixture(), { status: 'PENDING', containers: [{ name: 'app', status: 'STOPPED', reason }] }, 6000);
  assert.deepEqual([task.desiredStatus, task.stopCode, task.stoppedReason], ['STOPPED', 'TaskFailedToStart', reason]);
});

test('TS8 the first cause of a stop is the one on record', () => {
  const task = requestStop(applyTaskReport(taskFixture(), running(), 5000), USER_STOP, 5500);
  const ended = applyTaskReport(task, stopped({ reason: 'other', containers: [{ name: 'app', status: 'STOPPED', exitCode: 137 }] }), 6000);
  assert.deepEqual([ended.stopCode, ended.stoppedReason, ended.stoppingAt], ['UserInitiated', 'enough', 5500]);
  assert.equal(requestStop(task, { stopCode: 'ServiceSchedulerInitiated', reason: 'no' }, 5600), task);
});

test('TS9 a STOPPED report ends the task, with all its containers', () => {
  const task = taskFixture({ containers: [containerFixture('app'), containerFixture('side')] });
  const ended = applyTaskReport(task, stopped({ executionStoppedAt: 5900 }), 6000);
  assert.deepEqual([ended.lastStatus, ended.executionStoppedAt, ended.stoppedAt], ['STOPPED', 5900, 6000]);
  assert.ok(ended.containers.every((c) => c.lastStatus === 'STOPPED'));
  assert.equal(ended.containers[1]!.exitCode, undefined, 'no exit code is invented');
});

test('TS9 a task that holds an interface waits in DEPROVISIONING', () => {
  const ended = applyTaskReport(taskFixture({ attachments: [attachmentFixture({ status: 'ATTACHED' })] }), stopped(), 6000);
  assert.deepEqual([ended.lastStatus, ended.executionStoppedAt, ended.stoppedAt], ['DEPROVISIONING', 6000, undefined]);
  assert.equal(ended.attachments[0]!.status, 'DETACHED');
});

test('TS10 DEPROVISIONING ends when the interface is gone', () => {
  const waiting = applyTaskReport(taskFixture({ attachments: [attachmentFixture()] }), stopped(), 6000);
  const ended = releaseTask(waiting, 6500);
  assert.deepEqual([ended.lastStatus, ended.stoppedAt, ended.attachments[0]!.status], ['STOPPED', 6500, 'DELETED']);
  const young = taskFixture();
  assert.equal(releaseTask(young, 1), young, 'only DEPROVISIONING can be released');
});

test('TS11 a stop ends a task without a host, and only marks one that has a host', () => {
  const { hostArn: _, ...unplaced } = taskFixture();
  const ended = requestStop(unplaced, USER_STOP, 5000);
  assert.deepEqual([ended.lastStatus, ended.desiredStatus, ended.stoppedAt, ended.version], ['STOPPED', 'STOPPED', 5000, 2]);
  const marked = requestStop(taskFixture({ lastStatus: 'RUNNING' }), USER_STOP, 5000);
  assert.deepEqual([marked.lastStatus, marked.desiredStatus, marked.stoppingAt], ['RUNNING', 'STOPPED', 5000]);
});

test('TS12 the acknowledgement moves PROVISIONING only', () => {
  const task = acknowledgeTask(taskFixture({ attachments: [attachmentFixture()] }), 5000);
  assert.deepEqual([task.lastStatus, task.connectivity, task.connectivityAt], ['PENDING', 'CONNECTED', 5000]);
  assert.equal(task.attachments[0]!.status, 'ATTACHING');
  assert.equal(acknowledgeTask(task, 6000), task);
  const later = applyTaskReport(taskFixture(), running(), 5000);
  assert.equal(acknowledgeTask(later, 6000), later);
});

test('TS13 a task whose host was deregistered ends without a report', () => {
  const cause = { stopCode: 'InfrastructureHealth', reason: 'Host EC2 (instance i-1) terminated.' } as const;
  const task = applyTaskReport(taskFixture(), running(), 5000);
  const ended = endWithHost(task, cause, 7000);
  assert.deepEqual([ended.lastStatus, ended.stopCode, ended.stoppedReason], ['STOPPED', cause.stopCode, cause.reason]);
  assert.equal(endWithHost(ended, cause, 8000), ended);
});

test('TS14 health is rolled up from the essential containers that have a health check', () => {
  const task = taskFixture({
    containers: [containerFixture('app', { hasHealthCheck: true }), containerFixture('side', { hasHealthCheck: true, essential: false }), containerFixture('plain')],
  });
  const first = applyHealthReport(task, [{ name: 'side', status: 'UNHEALTHY' }, { name: 'plain', status: 'HEALTHY' }]);
  assert.equal(first.healthStatus, 'UNKNOWN');
  assert.equal(first.containers[2]!.healthStatus, 'UNKNOWN', 'no health check, no health');
  const healthy = applyHealthReport(first, [{ name: 'app', status: 'HEALTHY' }]);
  assert.equal(healthy.healthStatus, 'HEALTHY');
  assert.equal(applyHealthReport(healthy, [{ name: 'app', status: 'HEALTHY' }]), healthy);
  assert.equal(applyHealthReport(healthy, [{ name: 'app', status: 'UNHEALTHY' }]).healthStatus, 'UNHEALTHY');
});

test('TS15 attachment statuses move forward, and only the control plane says DELETED', () => {
  const task = taskFixture({ attachments: [attachmentFixture({ status: 'ATTACHING' })] });
  const arn = `arn:aws:ecs:us-east-1:000000000000:attachment/${attachmentFixture().id}`;
  const attached = applyAttachmentReport(task, [{ id: arn, status: 'ATTACHED' }]);
  assert.equal(attached.attachments[0]!.status, 'ATTACHED');
  assert.equal(applyAttachmentReport(attached, [{ id: arn, status: 'ATTACHING' }]), attached);
  assert.equal(applyAttachmentReport(attached, [{ id: arn, status: 'DELETED' }]), attached);
});

test('TS16 pull times are kept as first reported', () => {
  const first = applyTaskReport(taskFixture(), running({ pullStartedAt: 4000, pullStoppedAt: 4500 }), 5000);
  const again = applyTaskReport(first, running({ pullStartedAt: 1, pullStoppedAt: 2 }), 6000);
  assert.equal(again, first);
  assert.deepEqual([again.pullStartedAt, again.pullStoppedAt], [4000, 4500]);
});

const SERVING = { loadBalancers: [{ targetGroupArn: 'tg', containerName: 'app', containerPort: 80 }] };

test('TS17 a RUNNING task behind a load balancer drains before its agent hears of the stop', () => {
  const task = requestStop(applyTaskReport(taskFixture(SERVING), running(), 5000), USER_STOP, 5500);
  assert.deepEqual([task.lastStatus, task.desiredStatus, task.drainingSince], ['DEACTIVATING', 'STOPPED', 5500]);
  assert.equal(planOrder(task, 'RUNNING').order, undefined);
  assert.equal(mustStop(task), false);
  assert.equal(listedStatus(task), 'RUNNING');
  const early = requestStop(taskFixture(SERVING), USER_STOP, 5500);
  assert.deepEqual([early.lastStatus, planOrder(early, 'RUNNING').order], ['PROVISIONING', 'STOPPED'], 'what does not run serves nobody');
});

test('TS18 a drained task is STOPPING and its agent is told', () => {
  const draining = requestStop(applyTaskReport(taskFixture(SERVING), running(), 5000), USER_STOP, 5500);
  const drained = endDraining(draining);
  assert.deepEqual([drained.lastStatus, drained.version, planOrder(drained, 'RUNNING').order], ['STOPPING', draining.version + 1, 'STOPPED']);
  assert.equal(endDraining(drained), drained);
  const died = applyTaskReport(draining, stopped(), 6000);
  assert.equal(died.lastStatus, 'STOPPED');
  assert.equal(endDraining(died), died);
});

test('TS20 the agent of ECS Exec is as reported, and stops with its container', () => {
  const exec = { name: 'ExecuteCommandAgent', lastStatus: 'PENDING' } as const;
  const task = taskFixture({ lastStatus: 'PENDING', containers: [containerFixture('app', { managedAgents: [exec] }), containerFixture('plain')] });
  const [name, report] = [task.containers[0]!.name, (status: 'RUNNING' | 'STOPPED', lines: object) => ({ containers: [{ name: task.containers[0]!.name, status }], ...lines })];
  const running = applyTaskReport(task, report('RUNNING', { managedAgents: [{ containerName: name, status: 'RUNNING' }, { containerName: 'plain', status: 'RUNNING' }] }), 77);
  assert.deepEqual(running.containers[0]!.managedAgents, [{ name: 'ExecuteCommandAgent', lastStatus: 'RUNNING', lastStartedAt: 77 }]);
  assert.equal(running.containers[1]!.managedAgents, undefined);
  assert.equal(applyTaskReport(running, report('RUNNING', { managedAgents: [{ containerName: name, status: 'RUNNING' }] }), 88), running);
  const stopped = applyTaskReport(running, report('STOPPED', {}), 99);
  assert.equal(stopped.containers[0]!.managedAgents?.[0]?.lastStatus, 'STOPPED');
  const late = applyTaskReport(stopped, { containers: [], managedAgents: [{ containerName: name, status: 'RUNNING' }] }, 100);
  assert.equal(late.containers[0]!.managedAgents?.[0]?.lastStatus, 'STOPPED');
});
