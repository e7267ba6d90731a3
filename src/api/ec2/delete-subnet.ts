// DeleteSubnet: not while a network interface is in it. Hosts' own addresses, which nobody sees, go with it; the hosts get others.
import { networkInterfaces, subnets } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { dependencyViolation } from './errors.ts';
import { getSubnet } from './find.ts';
import { change } from './scope.ts';
import type { DeleteSubnetRequest } from './shapes.ts';

export function deleteSubnet(input: DeleteSubnetRequest, ctx: ApiContext): Record<string, never> {
  return change(ctx, input, (tx) => {
    const subnet = getSubnet(tx, ctx, input.SubnetId);
    const interfaces = [...tx.by(networkInterfaces, 'subnet', subnet.id)];
    if (interfaces.some((eni) => eni.hostAddress === undefined)) throw dependencyViolation(`The subnet '${subnet.id}'`);
    for (const eni of interfaces) tx.delete(networkInterfaces, eni.id);
    tx.delete(subnets, subnet.id);
    return {};
  });
}
