// `network_rate_stats` of version 4: bytes a second since the statistics of the container were last asked for, as the counters of its
// interfaces tell it. Amazon's agent samples all the time; here the first answer has none.
import type { ContainerRun } from '#core/task-run/run.ts';

export interface NetworkRates {
  readonly rx_bytes_per_sec: number;
  readonly tx_bytes_per_sec: number;
}

interface Sample {
  readonly atMs: number;
  readonly rx: number;
  readonly tx: number;
}

export interface RateMemory {
  /** The engine's statistics with the rates in them, as far as there is an earlier sample of this run of the container. */
  add(run: ContainerRun, stats: unknown, nowMs: number): unknown;
}

/** Samples closer together say nothing; the earlier one stays. */
const LEAST_MS = 500;

export function openRateMemory(): RateMemory {
  const samples = new WeakMap<ContainerRun, Sample>();
  return {
    add(run, stats, nowMs) {
      const now = sampleOf(stats, nowMs);
      if (now === undefined) return stats;
      const before = samples.get(run);
      if (before === undefined || nowMs - before.atMs >= LEAST_MS) samples.set(run, now);
      if (before === undefined || nowMs - before.atMs < LEAST_MS) return stats;
      const perSecond = (from: number, to: number): number => (Math.max(0, to - from) * 1000) / (nowMs - before.atMs);
      const rates: NetworkRates = { rx_bytes_per_sec: perSecond(before.rx, now.rx), tx_bytes_per_sec: perSecond(before.tx, now.tx) };
      return { ...(stats as object), network_rate_stats: rates };
    },
  };
}

/** All interfaces together; undefined where the engine tells of none. */
function sampleOf(stats: unknown, atMs: number): Sample | undefined {
  const { networks } = (stats ?? {}) as { networks?: Record<string, { rx_bytes?: number; tx_bytes?: number }> };
  if (networks === undefined) return undefined;
  const sum = (name: 'rx_bytes' | 'tx_bytes'): number => Object.values(networks).reduce((total, one) => total + (one[name] ?? 0), 0);
  return { atMs, rx: sum('rx_bytes'), tx: sum('tx_bytes') };
}
