// Staging labels move as AWS moves them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CURRENT, holderOf, moveStages, PREVIOUS, removeStage, type Staged } from './version-stages.ts';

const versions = (...stages: string[][]): Staged[] => stages.map((list, at) => ({ versionId: `v${at}`, stages: list }));
const shown = (list: Staged[]): string[] => list.map((version) => [...version.stages].sort().join());

test('a new current version makes the old one the previous, and the one before nothing', () => {
  assert.deepEqual(shown(moveStages(versions([PREVIOUS], [CURRENT], []), 'v2', [CURRENT])), ['', PREVIOUS, CURRENT]);
});

test('going back: the previous version becomes current and the other way round', () => {
  assert.deepEqual(shown(moveStages(versions([PREVIOUS], [CURRENT]), 'v0', [CURRENT])), [CURRENT, PREVIOUS]);
});

test('labels of one own move alone', () => {
  assert.deepEqual(shown(moveStages(versions([CURRENT, 'mine'], []), 'v1', ['mine'])), [CURRENT, 'mine']);
  assert.deepEqual(shown(removeStage(versions([CURRENT, 'mine']), 'v0', 'mine')), [CURRENT]);
});

test('whatever is moved, a label is on one version only, and AWSCURRENT is never lost', () => {
  const label = fc.constantFrom(CURRENT, PREVIOUS, 'AWSPENDING', 'a');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.uniqueArray(label, { minLength: 1 })), { maxLength: 12 }), (moves) => {
      let list = versions([CURRENT], [], [], []);
      for (const [at, stages] of moves) {
        list = moveStages(list, `v${at}`, stages);
        const all = list.flatMap((version) => version.stages);
        assert.equal(new Set(all).size, all.length);
        assert.ok(holderOf(list, CURRENT));
        for (const stage of stages) if (!(stage === PREVIOUS && stages.includes(CURRENT))) assert.equal(holderOf(list, stage)?.versionId, `v${at}`);
      }
    }),
  );
});
