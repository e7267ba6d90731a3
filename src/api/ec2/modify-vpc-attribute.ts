// ModifyVpcAttribute: one attribute per call, as in AWS.
import { vpcs, type Vpc } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { invalidCombination, invalidParameter } from './errors.ts';
import { getVpc } from './find.ts';
import { change } from './scope.ts';
import type { ModifyVpcAttributeRequest } from './shapes.ts';

export function modifyVpcAttribute(input: ModifyVpcAttributeRequest, ctx: ApiContext): Record<string, never> {
  const { EnableDnsSupport, EnableDnsHostnames, EnableNetworkAddressUsageMetrics } = input;
  const given = [EnableDnsSupport, EnableDnsHostnames, EnableNetworkAddressUsageMetrics].filter((attribute) => attribute !== undefined);
  if (given.length > 1) throw invalidCombination('Fields for multiple attribute types specified');
  if (given[0]?.Value === undefined) throw invalidCombination('No attributes specified.');
  const { Value: value } = given[0];
  return change(ctx, {}, (tx) => {
    const vpc = getVpc(tx, ctx, input.VpcId);
    const after: Vpc = {
      ...vpc,
      ...(EnableDnsSupport !== undefined && { enableDnsSupport: value }),
      ...(EnableDnsHostnames !== undefined && { enableDnsHostnames: value }),
      ...(EnableNetworkAddressUsageMetrics !== undefined && { enableNetworkAddressUsageMetrics: value }),
    };
    if (after.enableDnsHostnames && !after.enableDnsSupport) {
      throw invalidParameter('Cannot have DNS hostnames enabled and DNS support disabled on a VPC. Disable DNS hostnames first, or enable DNS support.');
    }
    tx.put(vpcs, after);
    return {};
  });
}
