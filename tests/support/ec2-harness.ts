// The EC2 handlers called directly, over a real store with a memory journal.
import assert from 'node:assert/strict';
import { createEc2Service } from '#api/ec2/service.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import { awsCall, type CallOptions } from './api-harness.ts';
import { virtualClock } from './virtual-clock.ts';

export interface Ec2Harness {
  readonly store: Store;
  /** Calls an operation as the wire would after parsing. */
  call(operation: string, input?: Record<string, unknown>, options?: CallOptions): any;
  /** The call must fail with exactly this code and message, and change nothing. */
  refused(operation: string, input: Record<string, unknown>, code: string, message: string | RegExp): void;
}

export async function openEc2(): Promise<Ec2Harness> {
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger, freezeRows: true });
  const service = createEc2Service({ store, random: seededRandom(1), clock: virtualClock(), log: silentLogger });
  const call = (operation: string, input: Record<string, unknown> = {}, options: CallOptions = {}): any =>
    service.operations[operation]!.handler(input, service.context(awsCall(operation, options)));
  return {
    store,
    call,
    refused(operation, input, code, message) {
      call('DescribeVpcs');
      const { revision } = store;
      const matches = (error: unknown): boolean => {
        assert.ok(error instanceof AwsError, String(error));
        assert.equal(error.code, code);
        if (typeof message === 'string') assert.equal(error.message, message);
        else assert.match(error.message, message);
        return true;
      };
      assert.throws(() => call(operation, input), matches);
      assert.equal(store.revision, revision, 'nothing changed');
    },
  };
}
