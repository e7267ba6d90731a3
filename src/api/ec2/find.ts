// Network resources by id, of the caller's account and region only: those of others do not exist.
import type { Table } from '#model/table.ts';
import { securityGroups, subnets, vpcs, type SecurityGroup, type Subnet, type Vpc } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { findDefaultVpc } from '../default-vpc.ts';
import { groupNameNotFound, malformedGroupId, missingParameter, noDefaultVpc, notFound } from './errors.ts';
import { isOwn, type Owned } from './scope.ts';

const GROUP_ID = /^sg-[0-9a-f]{8,17}$/;

/** The row under this id, or undefined when there is none or it belongs to someone else. */
export function findOwn<Row extends Owned>(reader: Reader, ctx: ApiContext, table: Table<Row>, id: string): Row | undefined {
  const row = reader.get(table, id);
  return row !== undefined && isOwn(row, ctx) ? row : undefined;
}

export function getVpc(reader: Reader, ctx: ApiContext, id: string | undefined): Vpc {
  if (id === undefined || id === '') throw missingParameter('vpcId');
  const vpc = findOwn(reader, ctx, vpcs, id);
  if (vpc === undefined) throw notFound('vpc', [id]);
  return vpc;
}

/** The default VPC; throws VPCIdNotSpecified when it was deleted. */
export function getDefaultVpc(reader: Reader, ctx: ApiContext): Vpc {
  const vpc = findDefaultVpc(reader, ctx.account, ctx.region);
  if (vpc === undefined) throw noDefaultVpc();
  return vpc;
}

export function getSubnet(reader: Reader, ctx: ApiContext, id: string | undefined): Subnet {
  if (id === undefined || id === '') throw missingParameter('subnetId');
  const subnet = findOwn(reader, ctx, subnets, id);
  if (subnet === undefined) throw notFound('subnet', [id]);
  return subnet;
}

export function getGroup(reader: Reader, ctx: ApiContext, id: string): SecurityGroup {
  if (!GROUP_ID.test(id)) throw malformedGroupId(id);
  const group = findOwn(reader, ctx, securityGroups, id);
  if (group === undefined) throw notFound('security-group', [id]);
  return group;
}

/** A group by id, or by name in the default VPC, as requests may say it. */
export function getGroupByIdOrName(reader: Reader, ctx: ApiContext, input: { GroupId?: string | undefined; GroupName?: string | undefined }): SecurityGroup {
  if (input.GroupId !== undefined) return getGroup(reader, ctx, input.GroupId);
  if (input.GroupName === undefined) throw missingParameter('groupName or groupId');
  const vpc = getDefaultVpc(reader, ctx);
  const group = groupNamed(reader, vpc.id, input.GroupName);
  if (group === undefined) throw groupNameNotFound(input.GroupName, vpc.id);
  return group;
}

export function groupNamed(reader: Reader, vpcId: string, name: string): SecurityGroup | undefined {
  for (const group of reader.by(securityGroups, 'name', `${vpcId}/${name}`)) return group;
  return undefined;
}


/** The VPC that a route table, internet gateway, network ACL or set of DHCP options came with. */
export function findVpcOfPart(reader: Reader, ctx: ApiContext, partId: string): Vpc | undefined {
  for (const vpc of reader.by(vpcs, 'part', partId)) if (isOwn(vpc, ctx)) return vpc;
  return undefined;
}
