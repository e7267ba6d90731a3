// DescribeInstances and DescribeInstanceStatus.
import { STATE_CODES } from '#core/instance/end.ts';
import { privateDnsName } from '#core/network/network-interface.ts';
import { instances, type Instance } from '#model/instance.ts';
import { securityGroups } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { malformedId, notFound } from './errors.ts';
import { parseFilters, type Fields } from './filters.ts';
import { listRows } from './paging.ts';
import { isOwn, look } from './scope.ts';
import type { DescribeInstancesRequest, DescribeInstancesResult, DescribeInstanceStatusRequest, DescribeInstanceStatusResult, InstanceStatus } from './shapes.ts';
import { viewReservation, viewState } from './view-instance.ts';

const ID = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/;

function filters(reader: Reader): Fields<Instance> {
  const dnsName = (i: Instance): string => privateDnsName(i.privateIpAddress, i.region);
  return {
    architecture: () => 'x86_64',
    'availability-zone': (i) => i.availabilityZone,
    'client-token': (i) => i.clientToken,
    'iam-instance-profile.arn': (i) => i.instanceProfileArn,
    'image-id': (i) => i.imageId,
    'instance-id': (i) => i.id,
    'instance-lifecycle': (i) => (i.spot ? 'spot' : undefined),
    'instance-state-code': (i) => STATE_CODES[i.state],
    'instance-state-name': (i) => i.state,
    'instance-type': (i) => i.instanceType,
    'instance.group-id': (i) => i.securityGroupIds,
    'instance.group-name': (i) => i.securityGroupIds.map((id) => reader.get(securityGroups, id)?.name),
    'key-name': (i) => i.keyName,
    'launch-index': (i) => i.launchIndex,
    'launch-time': (i) => new Date(i.launchedAt).toISOString(),
    'network-interface.network-interface-id': (i) => i.networkInterfaceId,
    'network-interface.addresses.private-ip-address': (i) => i.privateIpAddress,
    'network-interface.subnet-id': (i) => i.subnetId,
    'network-interface.vpc-id': (i) => i.vpcId,
    'owner-id': (i) => i.account,
    'private-dns-name': dnsName,
    'private-ip-address': (i) => i.privateIpAddress,
    'reservation-id': (i) => i.reservationId,
    'state-reason-code': (i) => i.stateReason?.code,
    'subnet-id': (i) => i.subnetId,
    'vpc-id': (i) => i.vpcId,
  };
}

export function describeInstances(input: DescribeInstancesRequest, ctx: ApiContext): DescribeInstancesResult {
  checkIds(input.InstanceIds);
  return look(ctx, input, (reader) => {
    const where = parseFilters(input.Filters, filters(reader), (i) => i.tags);
    const only = { kind: 'instance', ids: input.InstanceIds } as const;
    const { rows, ...next } = listRows(reader, ctx, { operation: 'DescribeInstances', input, table: instances, where, only });
    const reservations = Map.groupBy(rows, (row) => row.reservationId);
    return { Reservations: [...reservations.values()].map((group) => viewReservation(reader, group)), ...next };
  });
}

const STATUS_FILTERS: Fields<Instance> = {
  'availability-zone': (i) => i.availabilityZone,
  'instance-state-code': (i) => STATE_CODES[i.state],
  'instance-state-name': (i) => i.state,
  'instance-status.reachability': () => 'passed',
  'instance-status.status': (i) => statusOf(i),
  'system-status.reachability': () => 'passed',
  'system-status.status': (i) => statusOf(i),
};

export function describeInstanceStatus(input: DescribeInstanceStatusRequest, ctx: ApiContext): DescribeInstanceStatusResult {
  checkIds(input.InstanceIds);
  return look(ctx, input, (reader) => {
    const matches = parseFilters(input.Filters, STATUS_FILTERS);
    // Running ones only, unless asked otherwise.
    const where = (i: Instance): boolean => (input.IncludeAllInstances === true || i.state === 'running') && matches(i);
    const only = { kind: 'instance', ids: input.InstanceIds } as const;
    const { rows, ...next } = listRows(reader, ctx, { operation: 'DescribeInstanceStatus', input, table: instances, where, only });
    return { InstanceStatuses: rows.map(viewStatus), ...next };
  });
}

function statusOf({ state }: Instance): 'ok' | 'not-applicable' {
  return state === 'running' ? 'ok' : 'not-applicable';
}

function viewStatus(row: Instance): InstanceStatus {
  const status = { Status: statusOf(row), ...(row.state === 'running' && { Details: [{ Name: 'reachability' as const, Status: 'passed' as const }] }) };
  return { InstanceId: row.id, AvailabilityZone: row.availabilityZone, InstanceState: viewState(row.state), InstanceStatus: status, SystemStatus: status, Events: [] };
}

/** Throws InvalidInstanceID.Malformed. */
export function checkIds(ids: readonly string[] | undefined): void {
  for (const id of ids ?? []) if (!ID.test(id)) throw malformedId('InvalidInstanceID', id, 'i');
}

/** The instances of these ids, all of them the caller's. Throws InvalidInstanceID.Malformed and .NotFound. */
export function getInstances(reader: Reader, ctx: ApiContext, ids: readonly string[]): Instance[] {
  checkIds(ids);
  const rows = [...new Set(ids)].map((id) => ({ id, row: reader.get(instances, id) }));
  const unknown = rows.filter(({ row }) => row === undefined || !isOwn(row, ctx)).map(({ id }) => id);
  if (unknown.length > 0) throw notFound('instance', unknown);
  return rows.flatMap(({ row }) => (row === undefined ? [] : [row]));
}
