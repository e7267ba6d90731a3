// DeleteSubnet: not while a network interface is in it.
import { networkInterfaces, subnets } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { dependencyViolation } from './errors.ts';
import { getSubnet } from './find.ts';
import { change } from './scope.ts';
import type { DeleteSubnetRequest } from './shapes.ts';

export function deleteSubnet(input: DeleteSubnetRequest, ctx: ApiContext): Record<string, never> {
  return change(ctx, input, (tx) => {
    const subnet = getSubnet(tx, ctx, input.SubnetId);
    if (tx.count(networkInterfaces, 'subnet', subnet.id) > 0) throw dependencyViolation(`The subnet '${subnet.id}'`);
    tx.delete(subnets, subnet.id);
    return {};
  });
}
