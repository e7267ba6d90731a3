// Capacity provider strategies of clusters and of RunTask.
import type { CapacityProviderStrategyItem, Cluster } from '#model/cluster.ts';
import { FARGATE_PROVIDERS } from '#model/fargate-providers.ts';
import type { Reader } from '#store/store.ts';
import type { Scope } from './arns.ts';
import { invalidParameter } from './errors.ts';
import { findProvider, providerName } from './find-capacity-provider.ts';
import type { CreateClusterRequest, Shape } from './shapes.ts';

const MAX_ITEMS = 20;
const MAX_WEIGHT = 1000;
const MAX_BASE = 100_000;

type Items = NonNullable<Shape<CreateClusterRequest>['defaultCapacityProviderStrategy']>;

/** The names of these providers, given by name or ARN. Throws InvalidParameterException for one that does not exist. Duplicates are dropped. */
export function validProviders(reader: Reader, scope: Scope, refs: readonly string[]): string[] {
  const names = refs.map((ref) => {
    const name = providerName(ref);
    if (!FARGATE_PROVIDERS.includes(name) && findProvider(reader, scope, ref) === undefined) {
      throw invalidParameter('The specified capacity provider does not exist. Specify a valid name or ARN and try again.');
    }
    return name;
  });
  if (names.length > MAX_ITEMS) throw invalidParameter(`A cluster can have at most ${MAX_ITEMS} capacity providers.`);
  return [...new Set(names)];
}

/** The strategy with ECS's defaults (weight 0, base 0). Throws InvalidParameterException for one that ECS refuses. */
export function validStrategy(items: Items, associated: readonly string[]): CapacityProviderStrategyItem[] {
  if (items.length > MAX_ITEMS) throw invalidParameter(`A capacity provider strategy can contain a maximum of ${MAX_ITEMS} capacity providers.`);
  const seen = new Set<string>();
  for (const { capacityProvider: ref = '', weight = 0, base = 0 } of items) {
    const capacityProvider = providerName(ref);
    if (!associated.includes(capacityProvider)) {
      throw invalidParameter(
        'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
      );
    }
    if (seen.has(capacityProvider)) throw invalidParameter('The specified capacity provider strategy cannot contain duplicate capacity providers.');
    seen.add(capacityProvider);
    if (weight < 0 || weight > MAX_WEIGHT) throw invalidParameter(`The weight of a capacity provider must be between 0 and ${MAX_WEIGHT}.`);
    if (base < 0 || base > MAX_BASE) throw invalidParameter(`The base of a capacity provider must be between 0 and ${MAX_BASE}.`);
  }
  if (items.filter((item) => (item.base ?? 0) > 0).length > 1) {
    throw invalidParameter('The specified capacity provider strategy cannot contain more than one capacity provider with a base defined.');
  }
  const names = items.map((item) => providerName(item.capacityProvider ?? ''));
  if (names.some((name) => FARGATE_PROVIDERS.includes(name)) && !names.every((name) => FARGATE_PROVIDERS.includes(name))) {
    throw invalidParameter('The specified capacity provider strategy cannot contain a mix of capacity providers using Fargate and Auto Scaling groups. Specify one or the other and try again.');
  }
  return items.map(({ capacityProvider = '', weight = 0, base = 0 }) => ({ capacityProvider: providerName(capacityProvider), weight, base }));
}

/** The strategy of one RunTask: at least one provider must be able to take tasks. */
export function validRunStrategy(items: Items, cluster: Cluster): CapacityProviderStrategyItem[] {
  const strategy = validStrategy(items, cluster.capacityProviders);
  if (strategy.every((item) => item.weight === 0)) {
    throw invalidParameter('The specified capacity provider strategy must contain at least one capacity provider with a weight greater than 0.');
  }
  return strategy;
}
