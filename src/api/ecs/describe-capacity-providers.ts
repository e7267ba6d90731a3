// DescribeCapacityProviders: those asked for, or all, AWS's own first. An INACTIVE one can still be described by name.
import { capacityProviders } from '#model/capacity-provider.ts';
import { FARGATE_PROVIDERS } from '#model/fargate-providers.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { capacityProviderArn, providerName } from './find-capacity-provider.ts';
import { nextToken, pageRequest } from './paginate.ts';
import type { CapacityProvider, DescribeCapacityProvidersRequest, DescribeCapacityProvidersResponse, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';
import { viewFargateProvider, viewProvider } from './view-capacity-provider.ts';

const MAX_NAMES = 100;
const PAGE_MAX = 10;

export function describeCapacityProviders(input: Shape<DescribeCapacityProvidersRequest>, ctx: EcsContext): Shape<DescribeCapacityProvidersResponse> {
  for (const field of input.include ?? []) optionalOneOf('include', field, ['TAGS']);
  const withTags = input.include?.includes('TAGS') ?? false;
  const asked = input.capacityProviders ?? [];
  if (asked.length > MAX_NAMES) throw invalidParameter(`capacityProviders can have at most ${MAX_NAMES} items.`);
  if (asked.length > 0) {
    const found = asked.map((ref) => ({ ref, provider: viewOf(ctx, ref, withTags) }));
    return {
      capacityProviders: found.flatMap(({ provider }) => provider ?? []),
      failures: found.filter(({ provider }) => provider === undefined).map(({ ref }) => ({ arn: ref.startsWith('arn:') ? ref : capacityProviderArn(ctx, ref), reason: 'MISSING' })),
    };
  }
  const list = `DescribeCapacityProviders ${ctx.account}/${ctx.region}`;
  const { limit, after } = pageRequest(list, input, PAGE_MAX);
  const own = [...ctx.store.by(capacityProviders, 'scope', `${ctx.account}/${ctx.region}`)].filter((row) => row.status === 'ACTIVE');
  const all = [...FARGATE_PROVIDERS, ...own.map((row) => row.name)];
  const from = after === undefined ? 0 : all.indexOf(after) + 1;
  const shown = all.slice(from, from + limit);
  return {
    capacityProviders: shown.flatMap((name) => viewOf(ctx, name, withTags) ?? []),
    failures: [],
    ...nextToken(list, from + limit < all.length ? shown.at(-1) : undefined),
  };
}

function viewOf(ctx: EcsContext, ref: string, withTags: boolean): Shape<CapacityProvider> | undefined {
  const name = providerName(ref);
  const own = capacityProviderArn(ctx, name);
  if (ref.startsWith('arn:') && ref !== own) return undefined;
  if (FARGATE_PROVIDERS.includes(name)) return viewFargateProvider(ctx, name);
  const row = ctx.store.get(capacityProviders, own);
  return row && viewProvider(row, withTags);
}
