// Random inputs to every operation of every service, of one account that knows all names of another: never a fault, nothing changed by a call
// that was refused, nothing of the other account changed or seen. More inputs: FUZZ_RUNS=500 node --test tests/abuse/fuzz-api.test.ts
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createEventRecords } from '#api/cloudtrail/event-record.ts';
import { seededRandom } from '#base/random.ts';
import type { Change } from '#store/store.ts';
import { openAllServices, type AllServices } from '#tests/support/all-services.ts';
import { furnish } from '#tests/support/furnish.ts';
import { createInputs } from '#tests/support/random-input.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { Service } from '#wire/service.ts';
import { createShapes } from '#wire/shape.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 12);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const [OWN, OTHER] = ['111122223333', '999988887777'];
const CANARY = 'canary-of-the-other-account';
/** Values that some members take, and shapes of trouble. */
const WORDS = [
  'ACTIVE', 'RUNNING', 'STOPPED', 'PENDING', 'DRAINING', 'FARGATE', 'EC2', 'EXTERNAL', 'REPLICA', 'DAEMON', 'awsvpc', 'bridge', 'host', 'HTTP', 'HTTPS', 'TCP', 'String', 'SecureString', 'ENABLED', 'enabled', 'tcp',
  'awslogs', 'application', 'network', 'forward', 'path-pattern', 'host-header', 'vpc-id', '*', '/', '', ' ', '-1', '0', '80', '1.0', '10.0.0.0/16', '0.0.0.0/0', 'null', 'undefined', '__proto__', 'constructor', 'toString',
  '../../etc/passwd', 'a'.repeat(300), '\u0000', '\ud800', '{}', '[]', '{"Version":"2012-10-17","Statement":[]}', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`, '(((((((((((a+)+)+)+)+)+)+)+)+)+)+$', 'http://127.0.0.1:1/', 'attribute:x == 1',
  '('.repeat(20_000), '{"a":'.repeat(20_000), '!'.repeat(20_000), 'arn:aws:'.repeat(5_000),
];

let platform: AllServices;
let changes: readonly Change[] = [];
const inputs = createInputs(seededRandom(SEED), WORDS);

before(async () => {
  platform = await openAllServices([OWN, OTHER], SEED);
  await furnish(platform, OWN, 'my-own-note', inputs.learn);
  // All names of the other account are known, its texts are not.
  await furnish(platform, OTHER, CANARY, (value) => inputs.learn(without(value, CANARY)));
  platform.store.watch((commit) => void (changes = [...changes, ...commit.changes]));
});
after(() => platform.close());

function without(value: unknown, text: string): unknown {
  return JSON.parse(JSON.stringify(value, (_key, member: unknown) => (typeof member === 'string' && member.includes(text) ? undefined : member)) ?? 'null');
}

/** Nothing outside is to be called from here: fetches an identity provider's keys. */
const LEFT_OUT = new Set(['sts:AssumeRoleWithWebIdentity']);

const shapes = createShapes();
const records = createEventRecords();

async function attempt(service: Service<any>, operation: string, input: Record<string, unknown>): Promise<void> {
  const call = platform.callOf(service, operation, OWN);
  const context = service.context(call);
  const revision = platform.store.revision;
  changes = [];
  let output: unknown;
  let error: AwsError | undefined;
  // What IAM is asked, too, is made of the input.
  const access = service.access?.[operation];
  for (const ask of [access?.resources, access?.conditions, access?.passes]) ask?.(input, context);
  try {
    output = await service.operations[operation]!.handler(input, context);
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    error = thrown;
    // NotImplemented is S3's own 501.
    assert.ok((thrown.httpStatus >= 400 && thrown.httpStatus < 500) || thrown.code === 'NotImplemented', `${thrown.code} with status ${thrown.httpStatus}: ${thrown.message}`);
    assert.equal(platform.store.revision, revision, `changed by a call that was refused: ${thrown.code} ${changes.map((change) => change.table.name).join()}`);
  }
  const touched = changes.filter(({ before: was, after: is }) => [was, is].some((row) => JSON.stringify(row ?? null).includes(`"account":"${OTHER}"`)));
  assert.deepEqual(touched.map((change) => `${change.table.name} ${change.key}`), [], 'rows of another account');
  assert.ok(!JSON.stringify(output ?? null, (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value)).includes(CANARY), 'another account’s text was told');
  JSON.parse(records.render({ service, operation, call, input, context, output, error }, 'e'));
  if (error === undefined) {
    good++;
    inputs.learn(input);
    if (typeof output === 'object' && output !== null && !(Symbol.asyncIterator in output)) inputs.learn(without(output, CANARY));
  }
}

let good = 0;

test('random inputs to every operation', async () => {
  const found: string[] = [];
  let calls = 0;
  const broken = new Set<string>();
  // Round by round, so that what one operation makes the others find.
  for (let round = 0; round < RUNS; round++) {
    for (const service of platform.services) {
      for (const [operation, entry] of Object.entries(service.operations)) {
        const name = `${service.name}:${operation}`;
        if ((entry as { implemented?: boolean }).implemented === false || LEFT_OUT.has(name) || broken.has(name)) continue;
        const input = inputs.make(shapes.operation(entry.schema).input);
        calls++;
        try {
          await attempt(service, operation, input);
        } catch (error) {
          broken.add(name);
          const { message = String(error), stack = '' } = error as Error;
          found.push(`${name} ${JSON.stringify(input).slice(0, 600)}\n  ${message.slice(0, 400)}\n${stack.split('\n').filter((line) => line.includes('/src/')).slice(0, 3).join('\n')}`);
        }
      }
    }
  }
  if (process.env['FUZZ_RUNS'] !== undefined) console.log(`${calls} calls, ${good} of them good`);
  assert.ok(calls > 200 * RUNS, String(calls));
  assert.equal(found.length, 0, `${found.length} operations:\n${found.join('\n')}`);
});
