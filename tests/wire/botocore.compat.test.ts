// Signatures against two others' signers, botocore (Debian's python3-boto3) and the SDK for JavaScript: what they sign is accepted, what
// one byte changes is not. The full run, 200,000 requests and 1,000,000 mutants: ./longshore bench signatures
import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { seededRandom } from '#base/random.ts';
import { mutate } from './mutate-request.ts';
import { createVerifier, signedByBotocore, signedBySmithy, type Signed } from './signed-request.ts';

const SIGNED_EACH = 300;
const MUTANTS_EACH = 10;
const SEED = 1;

const requests: Signed[] = [];
const { learn, verify } = createVerifier();

before(async () => {
  const random = seededRandom(SEED);
  for await (const request of signedByBotocore(SIGNED_EACH, SEED)) requests.push(request);
  for (let i = 0; i < SIGNED_EACH; i++) requests.push(await signedBySmithy(i, random));
  requests.forEach(learn);
});

test('every request that botocore and the SDK sign is accepted, with its caller and region', () => {
  assert.equal(requests.length, 2 * SIGNED_EACH);
  for (const request of requests) {
    const outcome = verify(request);
    assert.ok(!('failure' in outcome), `${JSON.stringify(outcome)}\n${JSON.stringify(request)}`);
    assert.equal(outcome.caller.accessKeyId, request.accessKeyId);
    assert.equal(outcome.region, request.region);
  }
});

test('every request with one byte changed is refused', () => {
  const random = seededRandom(SEED);
  for (const request of requests) {
    for (let i = 0; i < MUTANTS_EACH; i++) {
      const mutant = mutate(request, random);
      assert.ok('failure' in verify(mutant.request), `accepted, ${mutant.place} changed\n${JSON.stringify(mutant.request)}\nfor\n${JSON.stringify(request)}`);
    }
  }
});
