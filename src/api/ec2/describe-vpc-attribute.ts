// DescribeVpcAttribute: one attribute per call.
import type { ApiContext } from '../context.ts';
import { invalidValue, missingParameter } from './errors.ts';
import { getVpc } from './find.ts';
import { look } from './scope.ts';
import type { DescribeVpcAttributeRequest, DescribeVpcAttributeResult } from './shapes.ts';

export function describeVpcAttribute(input: DescribeVpcAttributeRequest, ctx: ApiContext): DescribeVpcAttributeResult {
  if (input.Attribute === undefined) throw missingParameter('attribute');
  return look(ctx, input, (reader) => {
    const vpc = getVpc(reader, ctx, input.VpcId);
    const VpcId = vpc.id;
    switch (input.Attribute) {
      case 'enableDnsSupport':
        return { VpcId, EnableDnsSupport: { Value: vpc.enableDnsSupport } };
      case 'enableDnsHostnames':
        return { VpcId, EnableDnsHostnames: { Value: vpc.enableDnsHostnames } };
      case 'enableNetworkAddressUsageMetrics':
        return { VpcId, EnableNetworkAddressUsageMetrics: { Value: vpc.enableNetworkAddressUsageMetrics ?? false } };
      default:
        throw invalidValue(String(input.Attribute), 'attribute', 'Unknown vpc attribute');
    }
  });
}
