// Which capacity provider each task of a request goes to, by base and weight.
import type { CapacityProviderStrategyItem } from '#model/cluster.ts';

/**
 * The provider of each of `count` tasks. Bases are filled first, in the order given; the rest is shared by weight, each
 * task going where the share is furthest behind. Providers of weight 0 get no more than their base.
 * @param running tasks that are there already, by provider: a service's, whose new tasks even out what is missing
 */
export function assignProviders(strategy: readonly CapacityProviderStrategyItem[], count: number, running: ReadonlyMap<string, number> = new Map()): string[] {
  const out: string[] = [];
  const given = new Map<string, number>();
  for (const { capacityProvider, base = 0 } of strategy) {
    const there = running.get(capacityProvider) ?? 0;
    for (let i = there; i < base && out.length < count; i++) out.push(capacityProvider);
    given.set(capacityProvider, Math.max(0, there - base));
  }
  const weighted = strategy.filter((item) => (item.weight ?? 0) > 0);
  while (out.length < count && weighted.length > 0) {
    const share = (item: CapacityProviderStrategyItem): number => ((given.get(item.capacityProvider) ?? 0) + 1) / (item.weight ?? 1);
    const next = weighted.reduce((best, item) => (share(item) < share(best) ? item : best));
    given.set(next.capacityProvider, (given.get(next.capacityProvider) ?? 0) + 1);
    out.push(next.capacityProvider);
  }
  return out;
}
