// RegisterTargets, DeregisterTargets and DescribeTargetHealth. Registration and the wish to drain are written here; health is
// the balancer's, which also deletes the row of a target that has drained.
import { HEALTH } from '#core/balancer/target-health.ts';
import { contains, parseCidr, parseIpv4 } from '#core/network/cidr.ts';
import { containerInstances } from '#model/container-instance.ts';
import { targets, type Target, type TargetGroup } from '#model/load-balancer.ts';
import { subnets, vpcs } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { validationError } from './errors.ts';
import { getTargetGroup, loadBalancersOf } from './find.ts';
import type { Shape, TargetDescription } from './shapes.ts';

const TARGETS_MAX = 1000;
/** Addresses outside the VPC that AWS takes: RFC 1918, RFC 6598. */
const OUTSIDE = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];

type Input = Shape<{ TargetGroupArn: string; Targets: TargetDescription[] }>;

export function registerTargets(input: Input, ctx: ApiContext): object {
  return ctx.store.transact((tx) => {
    const group = getTargetGroup(tx, ctx, input.TargetGroupArn);
    const asked = input.Targets ?? [];
    if (asked.length === 0) throw validationError('At least one target must be specified');
    const rows = asked.map((target) => newTarget(tx, ctx, group, target));
    for (const row of rows) {
      const before = tx.get(targets, targets.key(row));
      // Registering what is registered changes nothing; registering what drains takes it back.
      if (before === undefined || before.drainingSince !== undefined) tx.put(targets, row);
    }
    if (tx.count(targets, 'group', group.arn) > TARGETS_MAX) throw new AwsError('TooManyTargets', `The maximum number of targets for target group '${group.arn}' has been reached`);
    return {};
  });
}

function newTarget(reader: Reader, ctx: ApiContext, group: TargetGroup, { Id: id = '', Port, AvailabilityZone: zone }: Shape<TargetDescription>): Target {
  const port = checkPort(Port ?? group.port);
  const place = group.targetType === 'ip' ? placeOfAddress(reader, group, id, zone) : placeOfInstance(reader, ctx, id);
  return { targetGroupArn: group.arn, id, port, ...place, registeredAt: ctx.now, health: { ...HEALTH.registering, since: ctx.now } };
}

function placeOfAddress(reader: Reader, group: TargetGroup, id: string, zone: string | undefined): Pick<Target, 'address' | 'availabilityZone'> {
  const block = parseIpv4(id) === undefined ? undefined : parseCidr(`${id}/32`);
  if (block === undefined) throw validationError(`The IP address '${id}' is not a valid IPv4 address`);
  const inside = (cidr: string): boolean => {
    const outer = parseCidr(cidr);
    return outer !== undefined && contains(outer, block);
  };
  if (inside('127.0.0.0/8') || inside('169.254.0.0/16') || inside('224.0.0.0/3')) throw new AwsError('InvalidTarget', `The IP address '${id}' is not supported`);
  const vpc = reader.get(vpcs, group.vpcId);
  if (vpc !== undefined && inside(vpc.cidrBlock)) {
    const subnet = [...reader.by(subnets, 'vpc', vpc.id)].find((one) => inside(one.cidrBlock));
    if (subnet !== undefined && zone !== undefined && zone !== subnet.availabilityZone) {
      throw validationError(`The IP address '${id}' is within the VPC, and cannot have its Availability Zone overridden to '${zone}' from '${subnet.availabilityZone}'`);
    }
    return { address: id, ...(subnet === undefined ? {} : { availabilityZone: subnet.availabilityZone }) };
  }
  if (!OUTSIDE.some(inside)) throw new AwsError('InvalidTarget', `The IP address '${id}' is not within a range that is supported`);
  if (zone !== 'all') throw validationError(`You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, since the IP address '${id}' is outside the VPC`);
  return { address: id, availabilityZone: 'all' };
}

/** Container instances are the only instances there are. Those of this machine are reached on its loopback. */
function placeOfInstance(reader: Reader, ctx: ApiContext, id: string): Pick<Target, 'address' | 'availabilityZone'> {
  if (!/^i-[0-9a-f]{8,17}$/.test(id)) throw validationError(`Instance ID '${id}' is not valid`);
  for (const host of reader.all(containerInstances)) {
    if (host.ec2InstanceId === id && host.account === ctx.account && host.region === ctx.region) return { address: '127.0.0.1', availabilityZone: host.availabilityZone };
  }
  throw new AwsError('InvalidTarget', `The following targets are not in a running state and cannot be registered: '${id}'`);
}

function checkPort(port: number): number {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw validationError(`Target port '${port}' must be between '1' and '65535'`);
  return port;
}

export function deregisterTargets(input: Input, ctx: ApiContext): object {
  return ctx.store.transact((tx) => {
    const group = getTargetGroup(tx, ctx, input.TargetGroupArn);
    const asked = input.Targets ?? [];
    if (asked.length === 0) throw validationError('At least one target must be specified');
    for (const { Id: id = '', Port: port } of asked) {
      const found = [...tx.by(targets, 'group', group.arn)].filter((row) => row.id === id && (port === undefined || row.port === port));
      if (found.length === 0) throw new AwsError('InvalidTarget', `The following targets are not registered to the target group: '${id}'`);
      for (const row of found) if (row.drainingSince === undefined) tx.put(targets, { ...row, drainingSince: ctx.now });
    }
    return {};
  });
}

export function describeTargetHealth(input: Input, ctx: ApiContext): { TargetHealthDescriptions: object[] } {
  const group = getTargetGroup(ctx.store, ctx, input.TargetGroupArn);
  const rows = [...ctx.store.by(targets, 'group', group.arn)];
  const inUse = loadBalancersOf(ctx.store, group.arn).length > 0;
  const asked = input.Targets ?? [];
  if (asked.length === 0) return { TargetHealthDescriptions: rows.map((row) => viewHealth(group, row)) };
  const described = asked.flatMap(({ Id: id = '', Port: port }) => {
    const found = rows.filter((row) => row.id === id && (port === undefined || row.port === port));
    return found.length > 0 ? found.map((row) => viewHealth(group, row)) : [viewUnknown(id, port ?? group.port, inUse)];
  });
  return { TargetHealthDescriptions: described };
}

function viewHealth(group: TargetGroup, row: Target): object {
  // `draining` is told once no new request can reach it, not when that was asked for.
  const { state, reason, description } = row.health;
  return {
    Target: { Id: row.id, Port: row.port, ...(row.availabilityZone === undefined ? {} : { AvailabilityZone: row.availabilityZone }) },
    HealthCheckPort: group.healthCheck.port === 'traffic-port' ? String(row.port) : group.healthCheck.port,
    TargetHealth: { State: state, ...(reason === undefined ? {} : { Reason: reason, Description: description }) },
  };
}

function viewUnknown(id: string, port: number, inUse: boolean): object {
  const reason = inUse ? 'Target.NotRegistered' : HEALTH.unused.reason;
  const description = inUse ? 'Target is not registered to the target group' : HEALTH.unused.description;
  return { Target: { Id: id, Port: port }, TargetHealth: { State: 'unused', Reason: reason, Description: description } };
}

