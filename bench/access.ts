// Policy evaluations per second on one core: random policies and requests, compiled once, against a floor of ≥ 50,000/s.
// Usage: node bench/access.ts [policies]
import fc from 'fast-check';
import { decide } from '#core/access/decide.ts';
import { ADA, named, requests, statements } from '#core/access/policy.fixture.ts';
import type { NamedPolicy } from '#core/access/policy.ts';
import type { AccessRequest } from '#core/access/evaluate.ts';

const FLOOR_PER_S = 50_000;
const count = Number(process.argv[2] ?? 100_000);

const made = performance.now();
const policies: NamedPolicy[] = fc.sample(statements, { numRuns: count, seed: 4 }).map((given) => named(given));
const asked: AccessRequest[] = fc.sample(requests, { numRuns: count, seed: 5 });
const compiledMs = performance.now() - made;

/** Every policy once against a request; three of them together bear on each, as identity, group and boundary would. */
function round(): { readonly allowed: number; readonly perS: number } {
  const start = performance.now();
  let allowed = 0;
  for (let i = 0; i < count; i++) {
    const bearing = { identity: [policies[i]!, policies[(i + 7) % count]!], boundary: policies[(i + 13) % count]! };
    if (decide(ADA, asked[i]!, bearing).allowed) allowed += 1;
  }
  return { allowed, perS: (count / (performance.now() - start)) * 1000 };
}

round();
const rounds = [round(), round(), round()];
const best = Math.max(...rounds.map(({ perS }) => perS));
const worst = Math.min(...rounds.map(({ perS }) => perS));
process.stdout.write(
  [
    `policies made and compiled   ${count} in ${Math.round(compiledMs)} ms`,
    `decisions (3 policies each)  ${Math.round(worst)}–${Math.round(best)}/s, ${rounds[0]!.allowed} of ${count} allowed`,
    `floor                        ${FLOOR_PER_S}/s`,
    `ratio                        ${(worst / FLOOR_PER_S).toFixed(1)}`,
    '',
  ].join('\n'),
);
