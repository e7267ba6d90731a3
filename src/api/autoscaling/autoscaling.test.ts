// Auto Scaling's handlers, over a real store: what is refused and in which words, and what a group looks like.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEc2Service } from '#api/ec2/service.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { groupInstances } from '#model/auto-scaling-group.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { AwsError } from '#wire/aws-error.ts';
import { awsCall } from '#tests/support/api-harness.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { createAutoScalingService } from './service.ts';

const IMAGE = 'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/image_id';

async function open() {
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger, freezeRows: true });
  const deps = { store, random: seededRandom(1), clock: virtualClock(), log: silentLogger };
  const call = (operation: string, input: Record<string, unknown> = {}): any => {
    const service = createAutoScalingService(deps);
    return service.operations[operation]!.handler(input, service.context(awsCall(operation)));
  };
  const ec2 = createEc2Service(deps);
  const made = ec2.operations['CreateLaunchTemplate']!.handler({ LaunchTemplateName: 'web', LaunchTemplateData: { ImageId: IMAGE, InstanceType: 't3.micro' } }, ec2.context(awsCall('CreateLaunchTemplate'))) as any;
  const refused = (operation: string, input: Record<string, unknown>, code: string, message: RegExp): void => {
    assert.throws(() => call(operation, input), (error: unknown) => error instanceof AwsError && error.code === code && message.test(error.message) || assert.fail(String(error)));
  };
  return { store, call, refused, templateId: made.LaunchTemplate.LaunchTemplateId as string };
}

const GROUP = { AutoScalingGroupName: 'g', MinSize: 0, MaxSize: 3, AvailabilityZones: ['us-east-1a'], LaunchTemplate: { LaunchTemplateName: 'web' } };

test('a group is described as it was made, and its members with it', async () => {
  const { store, call, templateId } = await open();
  call('CreateAutoScalingGroup', { ...GROUP, DesiredCapacity: 1, Tags: [{ Key: 'team', Value: 'x', PropagateAtLaunch: true }], NewInstancesProtectedFromScaleIn: true });
  const [group] = call('DescribeAutoScalingGroups').AutoScalingGroups;
  assert.equal(group.AutoScalingGroupName, 'g');
  assert.match(group.AutoScalingGroupARN, /^arn:aws:autoscaling:us-east-1:\d{12}:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName\/g$/);
  assert.deepEqual(group.LaunchTemplate, { LaunchTemplateId: templateId, LaunchTemplateName: 'web', Version: '$Default' });
  assert.deepEqual([group.MinSize, group.MaxSize, group.DesiredCapacity, group.NewInstancesProtectedFromScaleIn], [0, 3, 1, true]);
  assert.deepEqual(call('DescribeTags').Tags, [{ ResourceId: 'g', ResourceType: 'auto-scaling-group', Key: 'team', Value: 'x', PropagateAtLaunch: true }]);
  assert.equal(store.size(groupInstances), 0, 'the reconciler launches, not the API');
});

test('refusals are in the words of AWS', async () => {
  const { call, refused } = await open();
  refused('CreateAutoScalingGroup', { ...GROUP, LaunchTemplate: undefined }, 'ValidationError', /must contain either launchTemplate/);
  refused('CreateAutoScalingGroup', { ...GROUP, AvailabilityZones: undefined }, 'ValidationError', /At least one Availability Zone or VPC Subnet is required/);
  refused('CreateAutoScalingGroup', { ...GROUP, MinSize: 4 }, 'ValidationError', /Max bound, 3, must be greater than or equal to min bound, 4/);
  refused('CreateAutoScalingGroup', { ...GROUP, DesiredCapacity: 9 }, 'ValidationError', /Desired capacity:9 must be between the specified min size:0 and max size:3/);
  refused('CreateAutoScalingGroup', { ...GROUP, LaunchTemplate: { LaunchTemplateName: 'nope' } }, 'ValidationError', /with template name nope, does not exist/);
  call('CreateAutoScalingGroup', GROUP);
  refused('CreateAutoScalingGroup', GROUP, 'AlreadyExists', /A group with the name g already exists/);
  refused('SetDesiredCapacity', { AutoScalingGroupName: 'g', DesiredCapacity: 4 }, 'ValidationError', /New SetDesiredCapacity value 4 is above max value 3/);
  refused('UpdateAutoScalingGroup', { AutoScalingGroupName: 'other', MinSize: 1 }, 'ValidationError', /AutoScalingGroup name not found/);
  refused('TerminateInstanceInAutoScalingGroup', { InstanceId: 'i-1' }, 'ValidationError', /No managed instance found for instance ID i-1/);
  refused('PutLifecycleHook', { AutoScalingGroupName: 'g', LifecycleHookName: 'h', LifecycleTransition: 'x' }, 'ValidationError', /Lifecycle transition x is invalid/);
  refused('SuspendProcesses', { AutoScalingGroupName: 'g', ScalingProcesses: ['Nope'] }, 'ValidationError', /Invalid ScalingProcess: Nope/);
  refused('CreateAutoScalingGroup', { ...GROUP, AutoScalingGroupName: 'h', LaunchTemplate: undefined, LaunchConfigurationName: 'c' }, 'ValidationError', /launch configurations/);
});

test('an update keeps what it does not name, and pulls the desired capacity into its bounds', async () => {
  const { call } = await open();
  call('CreateAutoScalingGroup', { ...GROUP, DesiredCapacity: 3, HealthCheckGracePeriod: 10 });
  call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'g', MaxSize: 2 });
  const [group] = call('DescribeAutoScalingGroups', { AutoScalingGroupNames: ['g', 'absent'] }).AutoScalingGroups;
  assert.deepEqual([group.MaxSize, group.DesiredCapacity, group.HealthCheckGracePeriod], [2, 2, 10]);
  call('DeleteAutoScalingGroup', { AutoScalingGroupName: 'g' });
  assert.deepEqual(call('DescribeAutoScalingGroups').AutoScalingGroups, []);
});
