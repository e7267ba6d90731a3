// DeleteSecurityGroup: not the default one, and none that an interface or another group's rule refers to.
import { networkInterfaces, securityGroups } from '#model/network.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { groupInUse } from './errors.ts';
import { getGroupByIdOrName } from './find.ts';
import { change } from './scope.ts';
import type { DeleteSecurityGroupRequest, DeleteSecurityGroupResult } from './shapes.ts';

export function deleteSecurityGroup(input: DeleteSecurityGroupRequest, ctx: ApiContext): DeleteSecurityGroupResult {
  return change(ctx, input, (tx) => {
    const group = getGroupByIdOrName(tx, ctx, input);
    if (group.name === 'default') throw new AwsError('CannotDelete', `the specified group: "${group.id}" name: "default" cannot be deleted by a user`);
    const used = tx.count(networkInterfaces, 'group', group.id) > 0 || tx.count(securityGroups, 'references', group.id) > 0;
    if (used) throw groupInUse(group.id);
    tx.delete(securityGroups, group.id);
    return { Return: true, GroupId: group.id };
  });
}
