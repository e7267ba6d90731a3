// IAM's handlers called directly, over a real store with a memory journal.
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';
import { awsCall } from '#tests/support/api-harness.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import type { Caller } from '#wire/call.ts';
import { createPolicies } from './policies.ts';
import { createIamService } from './service.ts';

export const ACCOUNT = '123456789012';
export const ROOT: Caller = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT, accessKeyId: 'AKIAROOT' };

export interface IamHarness {
  readonly store: Store;
  /** Calls an operation as the wire would after parsing; by root, unless told. */
  call(operation: string, input?: object, caller?: Caller): any;
}

export async function openIam(): Promise<IamHarness> {
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger, freezeRows: true });
  const clock = virtualClock();
  const service = createIamService({ store, clock, random: seededRandom(1), log: silentLogger, policies: createPolicies(), lastUse: () => undefined });
  return {
    store,
    call: (operation, input = {}, caller = ROOT) =>
      service.operations[operation]!.handler(input, service.context({ ...awsCall(operation, {}, clock.now()), service: 'iam', caller })),
  };
}

export function document(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export const READ_ALL = document({ Effect: 'Allow', Action: 'ecs:Describe*', Resource: '*' });
export const TRUST_TASKS = document({ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' });
