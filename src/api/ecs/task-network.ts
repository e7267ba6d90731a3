// The network of awsvpc tasks: which subnets and groups a request means.
import type { TaskNetwork } from '#core/task/launch.ts';
import { type SecurityGroup, type Subnet, securityGroups, subnets } from '#model/network.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import type { NetworkConfiguration, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

const MAX_SUBNETS = 16;
const MAX_GROUPS = 5;

/**
 * The network a request asks for, every subnet and group of it existing and in one VPC; undefined in other network modes.
 * Throws InvalidParameterException.
 */
export function taskNetwork(
  reader: Reader,
  ctx: EcsContext,
  definition: TaskDefinition,
  input: Shape<NetworkConfiguration> | undefined,
): TaskNetwork | undefined {
  const asked = input?.awsvpcConfiguration;
  if (definition.networkMode !== 'awsvpc') {
    if (asked) throw invalidParameter('Network Configuration is not valid for the given networkMode of this task definition.');
    return undefined;
  }
  if (!asked) throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const subnetIds = asked.subnets ?? [];
  const groupIds = asked.securityGroups ?? [];
  if (subnetIds.length === 0) throw invalidParameter('subnets can not be empty.');
  if (subnetIds.length > MAX_SUBNETS) throw invalidParameter(`subnets can have at most ${MAX_SUBNETS} items.`);
  if (groupIds.length > MAX_GROUPS) throw invalidParameter(`securityGroups can have at most ${MAX_GROUPS} items.`);
  const assignPublicIp = optionalOneOf('assignPublicIp', asked.assignPublicIp, ['ENABLED', 'DISABLED']) ?? 'DISABLED';
  const found = [...new Set(subnetIds)].map((id) => findSubnet(reader, ctx, id));
  const vpcId = found[0]?.vpcId ?? '';
  if (found.some((subnet) => subnet.vpcId !== vpcId)) throw invalidParameter('The provided subnets must all be in the same VPC.');
  const groups = groupIds.length > 0 ? [...new Set(groupIds)].map((id) => findGroup(reader, ctx, id, vpcId)) : [defaultGroup(reader, vpcId)];
  return {
    configuration: { subnets: found.map((s) => s.id), securityGroups: groups.map((g) => g.id), assignPublicIp },
    subnets: found,
  };
}

function findSubnet(reader: Reader, ctx: EcsContext, id: string): Subnet {
  const subnet = reader.get(subnets, id);
  if (subnet && subnet.account === ctx.account && subnet.region === ctx.region) return subnet;
  throw invalidParameter(
    `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
  );
}

function findGroup(reader: Reader, ctx: EcsContext, id: string, vpcId: string): SecurityGroup {
  const group = reader.get(securityGroups, id);
  if (!group || group.account !== ctx.account || group.region !== ctx.region) {
    throw invalidParameter(
      `Error retrieving security group information for [${id}]: The security group '${id}' does not exist (ErrorCode: InvalidGroup.NotFound)`,
    );
  }
  if (group.vpcId !== vpcId) throw invalidParameter(`Security group ${id} does not appear to belong to the same VPC as the input subnets.`);
  return group;
}

function defaultGroup(reader: Reader, vpcId: string): SecurityGroup {
  for (const group of reader.by(securityGroups, 'vpc', vpcId)) if (group.name === 'default') return group;
  throw invalidParameter(`The VPC ${vpcId} has no default security group. Specify a security group and try again.`);
}
