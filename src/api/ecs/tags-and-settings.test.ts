// Tags of every resource, and account settings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, openEcs } from '#tests/support/api-harness.ts';
import { SETTINGS } from './account-setting.ts';

test('tags are added, replaced and taken off, on every kind of resource', async () => {
  const ecs = await openEcs();
  const host = ecs.addHost();
  const definition = { family: 'app', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 8 }] };
  const { taskDefinitionArn } = ecs.call('RegisterTaskDefinition', definition).taskDefinition;
  const [{ taskArn, clusterArn }] = ecs.call('RunTask', { taskDefinition: 'app' }).tasks;
  for (const resourceArn of [clusterArn, taskDefinitionArn, taskArn, host]) {
    ecs.call('TagResource', { resourceArn, tags: [{ key: 'a', value: '1' }, { key: 'b', value: '' }] });
    ecs.call('TagResource', { resourceArn, tags: [{ key: 'a', value: '2' }] });
    ecs.call('UntagResource', { resourceArn, tagKeys: ['b', 'never'] });
    assert.deepEqual(ecs.call('ListTagsForResource', { resourceArn }).tags, [{ key: 'a', value: '2' }], resourceArn);
  }
});

test('what has no tags is refused by name', async () => {
  const ecs = await openEcs();
  const list = (resourceArn: string) => () => ecs.call('ListTagsForResource', { resourceArn });
  assert.throws(list('default'), { code: 'InvalidParameterException' });
  assert.throws(list(`arn:aws:s3:::bucket`), { code: 'InvalidParameterException' });
  assert.throws(list(`arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/none`), { code: 'ClusterNotFoundException' });
  assert.throws(list(`arn:aws:ecs:us-east-1:${ACCOUNT}:task/default/1`), { code: 'ResourceNotFoundException' });
});

test('a resource has at most fifty tags in all', async () => {
  const ecs = await openEcs();
  const { clusterArn: resourceArn } = ecs.call('CreateCluster').cluster;
  ecs.call('TagResource', { resourceArn, tags: Array.from({ length: 50 }, (_, i) => ({ key: `k${i}`, value: 'v' })) });
  ecs.call('TagResource', { resourceArn, tags: [{ key: 'k0', value: 'other' }] });
  assert.throws(() => ecs.call('TagResource', { resourceArn, tags: [{ key: 'k50', value: 'v' }] }), { code: 'InvalidParameterException' });
});

const USER = `arn:aws:iam::${ACCOUNT}:user/u`;

test('a setting counts for its principal, else the account, else ECS decides', async () => {
  const ecs = await openEcs();
  const effective = (callerArn?: string) =>
    ecs.call('ListAccountSettings', { name: 'containerInsights', effectiveSettings: true }, callerArn ? { callerArn } : {}).settings[0].value;
  const own = () => ecs.call('ListAccountSettings', { name: 'containerInsights' }, { callerArn: USER }).settings;
  assert.deepEqual([effective(), effective(USER), own()], ['disabled', 'disabled', []]);
  ecs.call('PutAccountSettingDefault', { name: 'containerInsights', value: 'enabled' });
  assert.deepEqual([effective(), effective(USER), own()], ['enabled', 'enabled', []]);
  const { setting } = ecs.call('PutAccountSetting', { name: 'containerInsights', value: 'enhanced' }, { callerArn: USER });
  assert.deepEqual(setting, { name: 'containerInsights', value: 'enhanced', principalArn: USER, type: 'user' });
  assert.deepEqual([effective(), effective(USER), own().length], ['enabled', 'enhanced', 1]);
  ecs.call('DeleteAccountSetting', { name: 'containerInsights' }, { callerArn: USER });
  assert.deepEqual([effective(USER), own()], ['enabled', []]);
});

test('the root user sets the default of the account, and may act for others; users only for themselves', async () => {
  const ecs = await openEcs();
  ecs.call('PutAccountSetting', { name: 'containerInsights', value: 'enabled' });
  assert.equal(ecs.call('ListAccountSettings', { name: 'containerInsights', effectiveSettings: true }, { callerArn: USER }).settings[0].value, 'enabled');
  ecs.call('PutAccountSetting', { name: 'containerInsights', value: 'disabled', principalArn: USER });
  assert.equal(ecs.call('ListAccountSettings', { name: 'containerInsights' }, { callerArn: USER }).settings[0].value, 'disabled');
  const other = { name: 'containerInsights', value: 'disabled', principalArn: `${USER}2` };
  assert.throws(() => ecs.call('PutAccountSetting', other, { callerArn: USER }), { code: 'AccessDeniedException' });
});

test('names and values are those of ECS, and the one that AWS manages is read-only', async () => {
  const ecs = await openEcs();
  const put = (name: string, value: string) => () => ecs.call('PutAccountSetting', { name, value });
  assert.throws(put('colour', 'red'), { code: 'InvalidParameterException' });
  assert.throws(put('toString', 'red'), { code: 'InvalidParameterException' });
  assert.throws(put('awsvpcTrunking', 'maybe'), { code: 'InvalidParameterException' });
  assert.throws(put('guardDutyActivate', 'on'), { code: 'InvalidParameterException' });
  for (const [name, { values }] of Object.entries(SETTINGS)) if (name !== 'guardDutyActivate') put(name, values[0])();
});

test('all effective settings come in pages of ten', async () => {
  const ecs = await openEcs();
  const first = ecs.call('ListAccountSettings', { effectiveSettings: true });
  const second = ecs.call('ListAccountSettings', { effectiveSettings: true, nextToken: first.nextToken });
  assert.deepEqual([...first.settings, ...second.settings].map((s: any) => s.name), Object.keys(SETTINGS));
  assert.throws(() => ecs.call('ListAccountSettings', { value: 'enabled' }), { code: 'InvalidParameterException' });
});
