// Exactness of placement: random clusters with constraints, strategies and a history, each placement held against an exhaustive scorer.
//   ./longshore bench placement-exact [clusters=10000]
import fc from 'fast-check';
import { anyHistory, checkHistory } from '#core/placement/exactness.fixture.ts';

const clusters = Number(process.argv[2] ?? 10_000);
let [seen, placed] = [0, 0];
fc.assert(
  fc.property(anyHistory, (history) => {
    placed += checkHistory(history);
    seen += 1;
    if (seen % 1_000 === 0) console.log(`${seen} clusters, ${placed} placements, all as the exhaustive scorer has them`);
  }),
  { numRuns: clusters, endOnFailure: false },
);
console.log(`${seen} clusters, ${placed} placements: 100 % identical`);
