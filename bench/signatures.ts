// Signatures in full: random requests signed by botocore and by the SDK for JavaScript, all to be accepted, and mutants of one byte each,
// all to be refused. Exits with 1 at the first that is not. Usage: ./longshore bench signatures [requests of each signer] [mutants]
import { seededRandom } from '#base/random.ts';
import { mutate, type Place } from '#tests/wire/mutate-request.ts';
import { createVerifier, signedByBotocore, signedBySmithy, type Signed } from '#tests/wire/signed-request.ts';

const each = Number(process.argv[2] ?? 100_000);
const mutants = Number(process.argv[3] ?? 1_000_000);
const seed = Number(process.argv[4] ?? Date.now() % 1_000_000);
const random = seededRandom(seed);
const { learn, verify } = createVerifier();
const refused = new Map<Place, number>();
let accepted = 0;
let made = 0;
let verifyNanos = 0n;
let verified = 0;

function timed(request: Signed): boolean {
  const before = process.hrtime.bigint();
  const outcome = verify(request);
  verifyNanos += process.hrtime.bigint() - before;
  verified++;
  return !('failure' in outcome);
}

function fail(what: string, request: Signed): never {
  process.stdout.write(`FAILED (seed ${seed}): ${what}\n${JSON.stringify(request)}\n${JSON.stringify(verify(request))}\n`);
  process.exit(1);
}

function check(request: Signed): void {
  learn(request);
  if (!timed(request)) fail('a signed request was refused', request);
  accepted++;
  // Spread evenly over all requests.
  for (const upTo = Math.ceil((mutants * accepted) / (2 * each)); made < upTo; made++) {
    const mutant = mutate(request, random);
    if (timed(mutant.request)) fail(`a request with another ${mutant.place} was accepted`, mutant.request);
    refused.set(mutant.place, (refused.get(mutant.place) ?? 0) + 1);
  }
}

const started = Date.now();
for await (const request of signedByBotocore(each, seed)) check(request);
const byBotocore = accepted;
for (let i = 0; i < each; i++) check(await signedBySmithy(i, random));
const count = (n: number): string => n.toLocaleString('en-US');
process.stdout.write(`accepted: ${count(byBotocore)} signed by botocore, ${count(accepted - byBotocore)} by @smithy/signature-v4; refused: ${count(made)} mutants of one byte (seed ${seed})\n`);
process.stdout.write(`refused by place: ${[...refused].sort().map(([place, n]) => `${place} ${count(n)}`).join(', ')}\n`);
process.stdout.write(`${((Date.now() - started) / 1000).toFixed(0)} s; verification ${(Number(verifyNanos) / verified / 1000).toFixed(1)} µs each, signing key derived for every request\n`);
