// DeleteVpc: only when nothing is left in it but its default security group, which goes with it. So do its main route table,
// network ACL and, unlike in AWS, its internet gateway: none of them can be detached or deleted by itself here.
import { securityGroups, subnets, vpcs } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { dependencyViolation } from './errors.ts';
import { getVpc } from './find.ts';
import { change } from './scope.ts';
import type { DeleteVpcRequest } from './shapes.ts';

export function deleteVpc(input: DeleteVpcRequest, ctx: ApiContext): Record<string, never> {
  return change(ctx, input, (tx) => {
    const vpc = getVpc(tx, ctx, input.VpcId);
    const groups = [...tx.by(securityGroups, 'vpc', vpc.id)];
    const inUse = tx.count(subnets, 'vpc', vpc.id) > 0 || groups.some((group) => group.name !== 'default');
    if (inUse) throw dependencyViolation(`The vpc '${vpc.id}'`);
    for (const group of groups) tx.delete(securityGroups, group.id);
    tx.delete(vpcs, vpc.id);
    return {};
  });
}
