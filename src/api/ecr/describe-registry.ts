// DescribeRegistry: the account's own registry, which replicates to nowhere yet.
import type { EcrContext } from './context.ts';
import type { DescribeRegistryRequest, DescribeRegistryResponse, Shape } from './shapes.ts';

export function describeRegistry(_input: Shape<DescribeRegistryRequest>, ctx: EcrContext): Shape<DescribeRegistryResponse> {
  return { registryId: ctx.account, replicationConfiguration: { rules: [] } };
}
