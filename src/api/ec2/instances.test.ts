// Instances and launch templates: what is launched, described, changed and refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessKeys } from '#model/account.ts';
import { openEc2 } from '#tests/support/ec2-harness.ts';

const AMI = 'ami-0ec5000000000a2c1';

test('RunInstances makes pending instances, each with an interface, an address and a key of its own', async () => {
  const { call, store } = await openEc2();
  const { Instances: made } = call('RunInstances', { ImageId: AMI, InstanceType: 't3.small', MinCount: 2, MaxCount: 2, TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }] });
  assert.equal(made.length, 2);
  assert.deepEqual(made.map((i: any) => [i.State.Name, i.InstanceType, i.AmiLaunchIndex]), [['pending', 't3.small', 0], ['pending', 't3.small', 1]]);
  assert.equal(new Set(made.map((i: any) => i.PrivateIpAddress)).size, 2);
  assert.equal([...store.all(accessKeys)].filter((key) => key.kind === 'agent').length, 2);
  const [eni] = call('DescribeNetworkInterfaces', { NetworkInterfaceIds: [made[0].NetworkInterfaces[0].NetworkInterfaceId] }).NetworkInterfaces;
  assert.deepEqual([eni.Attachment.InstanceId, eni.Attachment.DeviceIndex], [made[0].InstanceId, 0]);
  const filtered = call('DescribeInstances', { Filters: [{ Name: 'tag:a', Values: ['b'] }, { Name: 'instance-state-name', Values: ['pending'] }] });
  assert.equal(filtered.Reservations.length, 1);
  assert.equal(filtered.Reservations[0].Instances.length, 2);
});

test('a client token launches once', async () => {
  const { call } = await openEc2();
  const ask = { ImageId: AMI, MinCount: 1, MaxCount: 1, ClientToken: 't' };
  assert.equal(call('RunInstances', ask).Instances[0].InstanceId, call('RunInstances', ask).Instances[0].InstanceId);
});

test('refusals are in the words of AWS', async () => {
  const { refused, call } = await openEc2();
  const ask = { ImageId: AMI, MinCount: 1, MaxCount: 1 };
  refused('RunInstances', { ...ask, ImageId: undefined }, 'MissingParameter', 'The request must contain the parameter ImageId');
  refused('RunInstances', { ...ask, ImageId: 'x' }, 'InvalidAMIID.Malformed', 'Invalid id: "x" (expecting "ami-...")');
  refused('RunInstances', { ...ask, InstanceType: 'z9.huge' }, 'InvalidParameterValue', "Invalid value 'z9.huge' for InstanceType.");
  refused('RunInstances', { ...ask, InstanceType: 't4g.micro' }, 'InvalidParameterValue', /The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64'/);
  refused('RunInstances', { ...ask, UserData: 'not base64!' }, 'InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  refused('RunInstances', { ...ask, MaxCount: 0 }, 'InvalidParameterValue', /maxCount/);
  refused('RunInstances', { ...ask, IamInstanceProfile: { Name: 'p' } }, 'InvalidParameterValue', 'Value (p) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name');
  refused('RunInstances', { ...ask, LaunchTemplate: { LaunchTemplateName: 't' } }, 'InvalidLaunchTemplateName.NotFoundException', 'The specified launch template, with template name t, does not exist.');
  refused('DescribeInstances', { InstanceIds: ['i-00000000000000000'] }, 'InvalidInstanceID.NotFound', "The instance ID 'i-00000000000000000' does not exist");
  refused('TerminateInstances', { InstanceIds: ['i-x'] }, 'InvalidInstanceID.Malformed', 'Invalid id: "i-x" (expecting "i-...")');
  const { Instances: [made] } = call('RunInstances', { ...ask, DisableApiTermination: true });
  refused('TerminateInstances', { InstanceIds: [made.InstanceId] }, 'OperationNotPermitted', /may not be terminated/);
});

test('terminating, stopping and starting change the state that is wanted', async () => {
  const { call } = await openEc2();
  const [{ InstanceId: id }] = call('RunInstances', { ImageId: AMI, MinCount: 1, MaxCount: 1 }).Instances;
  assert.deepEqual(call('StopInstances', { InstanceIds: [id] }).StoppingInstances[0].CurrentState, { Code: 64, Name: 'stopping' });
  assert.deepEqual(call('TerminateInstances', { InstanceIds: [id] }).TerminatingInstances[0], { InstanceId: id, CurrentState: { Code: 32, Name: 'shutting-down' }, PreviousState: { Code: 64, Name: 'stopping' } });
});

test('launch templates have versions, a default and a latest', async () => {
  const { call, refused } = await openEc2();
  const { LaunchTemplate: made } = call('CreateLaunchTemplate', { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId: AMI, InstanceType: 't3.micro' } });
  refused('CreateLaunchTemplate', { LaunchTemplateName: 'web', LaunchTemplateData: {} }, 'InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
  call('CreateLaunchTemplateVersion', { LaunchTemplateId: made.LaunchTemplateId, SourceVersion: '1', LaunchTemplateData: { InstanceType: 't3.small' } });
  const versions = call('DescribeLaunchTemplateVersions', { LaunchTemplateName: 'web' }).LaunchTemplateVersions;
  assert.deepEqual(versions.map((v: any) => [v.VersionNumber, v.LaunchTemplateData.InstanceType, v.LaunchTemplateData.ImageId, v.DefaultVersion]), [[2, 't3.small', AMI, false], [1, 't3.micro', AMI, true]]);
  call('ModifyLaunchTemplate', { LaunchTemplateName: 'web', DefaultVersion: '2' });
  assert.equal(call('RunInstances', { MinCount: 1, MaxCount: 1, LaunchTemplate: { LaunchTemplateName: 'web' } }).Instances[0].InstanceType, 't3.small');
  refused('DescribeLaunchTemplateVersions', { LaunchTemplateName: 'web', Versions: ['9'] }, 'InvalidLaunchTemplateId.VersionNotFound', `Could not find the specified version 9 for the launch template with ID ${made.LaunchTemplateId}.`);
  call('DeleteLaunchTemplate', { LaunchTemplateName: 'web' });
  assert.deepEqual(call('DescribeLaunchTemplates').LaunchTemplates, []);
});

test('instance types and images are facts that can be filtered', async () => {
  const { call } = await openEc2();
  const [type] = call('DescribeInstanceTypes', { InstanceTypes: ['m5.xlarge'] }).InstanceTypes;
  assert.deepEqual([type.VCpuInfo.DefaultVCpus, type.MemoryInfo.SizeInMiB], [4, 16_384]);
  assert.equal(call('DescribeImages', { Owners: ['amazon'], Filters: [{ Name: 'name', Values: ['amzn2-ami-ecs-*'] }, { Name: 'architecture', Values: ['x86_64'] }] }).Images[0].ImageId, AMI);
});
