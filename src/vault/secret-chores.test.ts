// Rotations and deletions on a virtual clock, over the API that the endpoint of a user would call.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { kmsKeys } from '#model/kms-key.ts';
import { openVaultHarness } from '#tests/support/vault-harness.ts';
import { startSecretChores, type RotationEvent } from './secret-chores.ts';

const DAY_MS = 86_400_000;

async function setUp(t: TestContext, fails: (event: RotationEvent) => boolean = () => false) {
  const harness = await openVaultHarness();
  const sm = (operation: string, input: Record<string, unknown> = {}): any => harness.call('secretsmanager', operation, input);
  const steps: string[] = [];
  const chores = startSecretChores({
    ...harness,
    random: seededRandom(9),
    log: silentLogger,
    async invoke(_, event) {
      steps.push(event.Step);
      if (fails(event)) throw new Error('not today');
      rotate(sm, event);
    },
  });
  t.after(() => chores.stop());
  return { ...harness, sm, steps };
}

/** What a rotation function of AWS's documentation does. */
function rotate(sm: (operation: string, input: Record<string, unknown>) => any, { Step, SecretId, ClientRequestToken }: RotationEvent): void {
  if (Step === 'createSecret') sm('PutSecretValue', { SecretId, ClientRequestToken, SecretString: `new ${ClientRequestToken}`, VersionStages: ['AWSPENDING'] });
  if (Step !== 'finishSecret') return;
  const stages: Record<string, string[]> = sm('DescribeSecret', { SecretId }).VersionIdsToStages;
  const current = Object.keys(stages).find((id) => stages[id]!.includes('AWSCURRENT'));
  sm('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current });
}

test('a rotation takes the four steps in order, and comes again by its schedule', async (t) => {
  const { sm, steps, clock } = await setUp(t);
  sm('CreateSecret', { Name: 'r', SecretString: 'old' });
  const { VersionId } = sm('RotateSecret', { SecretId: 'r', RotationLambdaARN: 'http://rotate.example/', RotationRules: { AutomaticallyAfterDays: 10 } });
  assert.throws(() => sm('RotateSecret', { SecretId: 'r' }), { code: 'InvalidRequestException', message: "A previous rotation isn't complete. That rotation will be reattempted." });
  await clock.advance(1000);
  assert.deepEqual(steps, ['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  assert.equal(sm('GetSecretValue', { SecretId: 'r' }).SecretString, `new ${VersionId}`);
  assert.equal(sm('GetSecretValue', { SecretId: 'r', VersionStage: 'AWSPREVIOUS' }).SecretString, 'old');
  assert.ok(sm('DescribeSecret', { SecretId: 'r' }).LastRotatedDate instanceof Date);
  await clock.advance(11 * DAY_MS);
  assert.equal(steps.length, 8);
  sm('CancelRotateSecret', { SecretId: 'r' });
  await clock.advance(30 * DAY_MS);
  assert.equal(steps.length, 8);
});

test('a step that fails is tried again; in the end the old value stays', async (t) => {
  let failures = 0;
  const { sm, steps, clock } = await setUp(t, ({ Step }) => Step === 'testSecret' && failures++ < 2);
  sm('CreateSecret', { Name: 'r', SecretString: 'old' });
  sm('RotateSecret', { SecretId: 'r', RotationLambdaARN: 'http://rotate.example/' });
  await clock.advance(60_000);
  assert.deepEqual(steps, ['createSecret', 'setSecret', 'testSecret', 'testSecret', 'testSecret', 'finishSecret']);
  const broken = await setUp(t, () => true);
  broken.sm('CreateSecret', { Name: 'r', SecretString: 'old' });
  broken.sm('RotateSecret', { SecretId: 'r', RotationLambdaARN: 'http://rotate.example/' });
  await broken.clock.advance(600_000);
  assert.equal(broken.steps.length, 5);
  assert.equal(broken.sm('GetSecretValue', { SecretId: 'r' }).SecretString, 'old');
});

test('secrets and keys go when their window has passed, not before', async (t) => {
  const { sm, call, clock, store } = await setUp(t);
  sm('CreateSecret', { Name: 'gone', SecretString: 'x' });
  sm('DeleteSecret', { SecretId: 'gone', RecoveryWindowInDays: 7 });
  const { KeyId } = call('kms', 'CreateKey').KeyMetadata;
  call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 8 });
  await clock.advance(7 * DAY_MS - 2000);
  sm('DescribeSecret', { SecretId: 'gone' });
  await clock.advance(4000);
  assert.throws(() => sm('DescribeSecret', { SecretId: 'gone' }), { code: 'ResourceNotFoundException' });
  assert.ok([...store.all(kmsKeys)].some((key) => key.id === KeyId));
  await clock.advance(DAY_MS);
  assert.ok(![...store.all(kmsKeys)].some((key) => key.id === KeyId));
});
