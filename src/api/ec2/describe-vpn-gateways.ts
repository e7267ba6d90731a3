// DescribeVpnGateways: none can be made, so there are none. CDK's VPC look-up asks.
import type { ApiContext } from '../context.ts';
import { notFound } from './errors.ts';
import { look } from './scope.ts';
import type { DescribeVpnGatewaysRequest, DescribeVpnGatewaysResult } from './shapes.ts';

export function describeVpnGateways(input: DescribeVpnGatewaysRequest, ctx: ApiContext): DescribeVpnGatewaysResult {
  return look(ctx, input, () => {
    const { VpnGatewayIds: ids = [] } = input;
    if (ids.length > 0) throw notFound('vpn-gateway', ids);
    return { VpnGateways: [] };
  });
}
