// Rates out of counters.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRateMemory } from './network-rates.ts';

test('rates are those since the last question that is long enough ago, of this run of the container', () => {
  const rates = openRateMemory();
  const run = {} as never;
  const stats = (rx: number, tx: number) => ({ memory: 1, networks: { eth0: { rx_bytes: rx, tx_bytes: 0 }, eth1: { rx_bytes: 0, tx_bytes: tx } } });
  assert.deepEqual(rates.add(run, stats(0, 100), 0), stats(0, 100));
  assert.deepEqual(rates.add(run, stats(50, 100), 100), stats(50, 100));
  assert.deepEqual(rates.add(run, stats(4000, 200), 2000), { ...stats(4000, 200), network_rate_stats: { rx_bytes_per_sec: 2000, tx_bytes_per_sec: 50 } });
  // A restart is another run, whose counters begin again.
  assert.deepEqual(rates.add({} as never, stats(1, 1), 4000), stats(1, 1));
  assert.deepEqual(rates.add(run, { memory: 1 }, 5000), { memory: 1 });
  assert.equal(rates.add(run, null, 5000), null);
});
