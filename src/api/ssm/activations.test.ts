// Activations and managed instances by example, called as the wire calls them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identities } from '#model/identity.ts';
import type { Identity } from '#model/identity.ts';
import { activations, managedInstances } from '#model/activation.ts';
import { openVaultHarness } from '#tests/support/vault-harness.ts';

const ACCOUNT = '000000000000';

async function open() {
  const harness = await openVaultHarness();
  const ssm = (operation: string, input: Record<string, unknown> = {}): any => harness.call('ssm', operation, input);
  const role = (name: string, service: string): Identity => ({
    account: ACCOUNT, kind: 'role', name, path: '/', id: `AROA${name}`, arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, createdAt: 0, inline: [], attached: [], tags: [], groups: [],
    role: { trust: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] }), maxSessionSeconds: 3600 },
  });
  harness.store.transact((tx) => {
    tx.put(identities, role('Anywhere', 'ssm.amazonaws.com'));
    tx.put(identities, role('Tasks', 'ecs-tasks.amazonaws.com'));
  });
  return { ...harness, ssm };
}

test('an activation is made, told once, listed and deleted', async () => {
  const { ssm, store } = await open();
  const made = ssm('CreateActivation', { IamRole: 'service-role/Anywhere', DefaultInstanceName: 'cellar', RegistrationLimit: 3, Tags: [{ Key: 'site', Value: 'a' }] });
  assert.match(made.ActivationId, /^[0-9a-f-]{36}$/);
  assert.match(made.ActivationCode, /^[A-Za-z0-9+/]{20}$/);
  const [listed] = ssm('DescribeActivations').ActivationList;
  assert.deepEqual([listed.RegistrationLimit, listed.RegistrationsCount, listed.Expired, listed.DefaultInstanceName, listed.Tags], [3, 0, false, 'cellar', [{ Key: 'site', Value: 'a' }]]);
  assert.ok(!JSON.stringify([...store.all(activations)]).includes(made.ActivationCode));
  assert.equal(ssm('DescribeActivations', { Filters: [{ FilterKey: 'ActivationIds', FilterValues: ['other'] }] }).ActivationList.length, 0);
  assert.throws(() => ssm('DescribeActivations', { Filters: [{ FilterKey: 'Other', FilterValues: [] }] }), { code: 'InvalidFilter' });
  ssm('DeleteActivation', { ActivationId: made.ActivationId });
  assert.throws(() => ssm('DeleteActivation', { ActivationId: made.ActivationId }), { code: 'InvalidActivation' });
});

test('what an activation must have', async () => {
  const { ssm, clock } = await open();
  const refused = (input: object, message: RegExp): void => assert.throws(() => ssm('CreateActivation', { IamRole: 'Anywhere', ...input }), { code: 'ValidationException', message });
  refused({ IamRole: 'Nobody' }, /Nonexistent role or missing ssm service principal/);
  refused({ IamRole: 'Tasks' }, /Nonexistent role or missing ssm service principal/);
  refused({ RegistrationLimit: 1001 }, /less than or equal to 1000/);
  refused({ ExpirationDate: new Date(clock.now() - 1) }, /in the future/);
  refused({ ExpirationDate: new Date(clock.now() + 31 * 24 * 3_600_000) }, /30 days/);
});

test('managed instances are described, filtered and deregistered', async () => {
  const { ssm, store } = await open();
  const id = `mi-${'0'.repeat(17)}`;
  store.transact((tx) =>
    tx.put(managedInstances, {
      id, account: ACCOUNT, region: 'us-east-1', activationId: 'a', iamRole: 'Anywhere', hostId: 'h', ipAddress: '10.0.0.9', computerName: 'box', agentVersion: '1', registeredAt: 0, tags: [{ key: 'site', value: 'a' }],
    }),
  );
  const count = (Key: string, ...Values: string[]): number => ssm('DescribeInstanceInformation', { Filters: [{ Key, Values }] }).InstanceInformationList.length;
  assert.deepEqual([count('InstanceIds', id), count('PingStatus', 'Online'), count('PingStatus', 'ConnectionLost'), count('tag:site', 'a'), count('tag:site', 'b'), count('tag-key', 'site')], [1, 0, 1, 1, 0, 1]);
  assert.throws(() => count('Colour', 'red'), { code: 'InvalidFilterKey' });
  ssm('DeregisterManagedInstance', { InstanceId: id });
  assert.deepEqual(ssm('DescribeInstanceInformation').InstanceInformationList, []);
  assert.throws(() => ssm('DeregisterManagedInstance', { InstanceId: id }), { code: 'InvalidInstanceId' });
});
