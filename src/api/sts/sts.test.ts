// Who am I, and what is not there yet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { awsCall } from '#tests/support/api-harness.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import type { AwsError } from '#wire/aws-error.ts';
import { createStsService } from './service.ts';

const store = await openStore({ journal: memoryJournal(), tables: [], log: silentLogger });
const service = createStsService({ store, random: seededRandom(1), clock: virtualClock(), log: silentLogger });

function call(operation: string, callerArn: string): unknown {
  return service.operations[operation]?.handler({}, service.context(awsCall(operation, { account: '123456789012', callerArn })));
}

test('GetCallerIdentity names the account and principal that signed', () => {
  const arn = 'arn:aws:iam::123456789012:user/ada';
  assert.deepEqual(call('GetCallerIdentity', arn), { UserId: '123456789012', Account: '123456789012', Arn: arn });
});

test('an operation that is not there yet says so by name', () => {
  assert.throws(() => call('AssumeRole', 'arn:aws:iam::123456789012:root'), (error: AwsError) => error.code === 'UnsupportedOperation' && /AssumeRole/.test(error.message));
});
