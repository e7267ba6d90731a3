// Where tasks go when a strategy names several providers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spreadLaunch } from './spread-launch.ts';

const STRATEGY = [{ capacityProvider: 'a', weight: 1 }, { capacityProvider: 'b', weight: 1 }];

function launch(count: number, room: Record<string, number>, grows: readonly string[], waitingMax = 500): Record<string, number> {
  const placement = { hostArn: 'h', availabilityZone: 'z', launchType: 'EC2' } as const;
  const spread = spreadLaunch(STRATEGY, count, new Map(), {
    place: (provider, wanted) => ({ placements: Array.from({ length: Math.min(wanted, room[provider] ?? 0) }, () => placement), failures: [] }),
    canGrow: (provider) => grows.includes(provider),
    waitingMax,
  });
  const counts: Record<string, number> = { failed: spread.failures.length };
  for (const { capacityProviderName: name, placement: placed } of spread.targets) counts[`${name}${placed === undefined ? ' waits' : ''}`] = (counts[`${name}${placed === undefined ? ' waits' : ''}`] ?? 0) + 1;
  return counts;
}

test('tasks go where there is room, and wait for a provider that can grow', () => {
  assert.deepEqual(launch(4, { a: 9, b: 1 }, ['a', 'b']), { failed: 0, a: 2, b: 1, 'b waits': 1 });
});

test('a provider that cannot grow hands its tasks on, in order', () => {
  assert.deepEqual(launch(4, { a: 1, b: 9 }, ['b']), { failed: 0, a: 1, b: 3 });
  assert.deepEqual(launch(4, { a: 0, b: 0 }, ['b']), { failed: 0, 'b waits': 4 });
  assert.deepEqual(launch(4, { a: 0, b: 0 }, ['a']), { failed: 0, 'a waits': 4 }, 'the last one back to the first that can');
  assert.deepEqual(launch(2, {}, []), { failed: 0, 'b waits': 2 }, 'nobody can: they wait for room');
});

test('only so many may wait', () => {
  assert.deepEqual(launch(4, {}, ['a', 'b'], 3), { failed: 1, 'a waits': 2, 'b waits': 1 });
});
