// CreateTargetGroup, ModifyTargetGroup, DeleteTargetGroup and DescribeTargetGroups.
import { hexId } from '#base/ids.ts';
import { listeners, rules, targetGroups, targets, type TargetGroup } from '#model/load-balancer.ts';
import { vpcs } from '#model/network.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { ensureDefaultVpc } from '../default-vpc.ts';
import { initialAttributes, targetGroupAttributes } from './attributes.ts';
import { notFound, resourceInUse, unsupportedFeature, validationError } from './errors.ts';
import { getLoadBalancer, getTargetGroup, isOwn, loadBalancersOf, named, scopeOf } from './find.ts';
import { changeHealthCheck, initialHealthCheck } from './health-check.ts';
import { checkName } from './load-balancer-names.ts';
import { pageOf } from './pages.ts';
import type { CreateTargetGroupInput, ModifyTargetGroupInput, Shape, TargetGroup as AwsTargetGroup } from './shapes.ts';
import { parseTags } from './tags.ts';
import { viewTargetGroup } from './views.ts';

type Kind = Pick<TargetGroup, 'protocol' | 'port' | 'targetType'> & Partial<Pick<TargetGroup, 'protocolVersion'>>;

export function createTargetGroup(input: Shape<CreateTargetGroupInput>, ctx: ApiContext): { TargetGroups: AwsTargetGroup[] } {
  const name = input.Name ?? '';
  checkName(name, 'Target group');
  const kind = checkKind(input);
  const initial = initialHealthCheck({ protocol: kind.protocol, protocolVersion: kind.protocolVersion }, input);
  const healthCheck = changeHealthCheck(initial, { protocol: kind.protocol, protocolVersion: kind.protocolVersion }, input);
  const tags = parseTags(input.Tags);
  return ctx.store.transact((tx) => {
    ensureDefaultVpc(tx, ctx.account, ctx.region, ctx.random);
    if (input.VpcId === undefined) throw validationError('A VPC ID must be specified');
    const vpc = tx.get(vpcs, input.VpcId);
    if (vpc === undefined || !isOwn(vpc, ctx)) throw validationError(`The VPC ID '${input.VpcId}' is not found`);
    const same = named(tx, ctx, targetGroups, name);
    if (same !== undefined) return { TargetGroups: [viewTargetGroup(tx, sameOrThrow(same, kind, vpc.id, JSON.stringify(healthCheck)))] };
    const row: TargetGroup = {
      ...kind,
      arn: `arn:aws:elasticloadbalancing:${ctx.region}:${ctx.account}:targetgroup/${name}/${hexId(ctx.random, 16)}`,
      account: ctx.account,
      region: ctx.region,
      tags,
      name,
      vpcId: vpc.id,
      healthCheck,
      attributes: initialAttributes(targetGroupAttributes(kind.protocol)),
      createdAt: ctx.now,
    };
    tx.put(targetGroups, row);
    return { TargetGroups: [viewTargetGroup(tx, row)] };
  });
}

function checkKind(input: Shape<CreateTargetGroupInput>): Kind {
  const targetType = input.TargetType ?? 'instance';
  if (targetType === 'lambda' || targetType === 'alb') throw unsupportedFeature(`target groups with target type ${targetType}`);
  if (targetType !== 'instance' && targetType !== 'ip') throw validationError(`Target type '${String(targetType)}' must be one of instance, ip, lambda, alb`);
  const protocol = input.Protocol;
  if (protocol === undefined) throw validationError('A protocol must be specified');
  if (['UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC', 'GENEVE'].includes(protocol)) throw unsupportedFeature(`target groups with protocol ${protocol}: HAProxy 2.6 carries TCP`);
  if (protocol !== 'HTTP' && protocol !== 'HTTPS' && protocol !== 'TCP' && protocol !== 'TLS') throw validationError(`Protocol '${protocol}' must be one of HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP`);
  const port = input.Port;
  if (port === undefined) throw validationError('A port must be specified');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw validationError(`Target group port '${port}' must be between '1' and '65535'`);
  if (input.IpAddressType !== undefined && input.IpAddressType !== 'ipv4') throw unsupportedFeature(`the IP address type '${input.IpAddressType}'`);
  const isHttp = protocol === 'HTTP' || protocol === 'HTTPS';
  const version = input.ProtocolVersion;
  if (version !== undefined && !isHttp) throw validationError(`A protocol version cannot be specified for target groups with protocol '${protocol}'`);
  if (version !== undefined && version !== 'HTTP1' && version !== 'HTTP2' && version !== 'GRPC') throw validationError(`Protocol version '${version}' must be one of HTTP1, HTTP2, GRPC`);
  return { protocol, port, targetType, ...(isHttp ? { protocolVersion: version ?? 'HTTP1' } : {}) };
}

function sameOrThrow(row: TargetGroup, kind: Kind, vpcId: string, healthCheck: string): TargetGroup {
  const isSame = row.protocol === kind.protocol && row.port === kind.port && row.targetType === kind.targetType && row.vpcId === vpcId && JSON.stringify(row.healthCheck) === healthCheck;
  if (!isSame) throw new AwsError('DuplicateTargetGroupName', `A target group with the same name '${row.name}' exists, but with different settings`);
  return row;
}

export function modifyTargetGroup(input: Shape<ModifyTargetGroupInput>, ctx: ApiContext): { TargetGroups: AwsTargetGroup[] } {
  return ctx.store.transact((tx) => {
    const before = getTargetGroup(tx, ctx, input.TargetGroupArn);
    const healthCheck = changeHealthCheck(before.healthCheck, { protocol: before.protocol, protocolVersion: before.protocolVersion }, input);
    const after = { ...before, healthCheck };
    tx.put(targetGroups, after);
    return { TargetGroups: [viewTargetGroup(tx, after)] };
  });
}

export function deleteTargetGroup(input: Shape<{ TargetGroupArn: string }>, ctx: ApiContext): object {
  return ctx.store.transact((tx) => {
    const arn = input.TargetGroupArn ?? '';
    const known = tx.get(targetGroups, arn);
    if ((known === undefined || !isOwn(known, ctx)) && /:targetgroup\//.test(arn)) return {};
    const row = getTargetGroup(tx, ctx, arn);
    if (tx.count(listeners, 'group', row.arn) > 0 || tx.count(rules, 'group', row.arn) > 0) throw resourceInUse(`Target group '${row.arn}' is currently in use by a listener or a rule`);
    for (const target of [...tx.by(targets, 'group', row.arn)]) tx.delete(targets, targets.key(target));
    tx.delete(targetGroups, row.arn);
    return {};
  });
}

type DescribeInput = Shape<{ LoadBalancerArn: string; TargetGroupArns: string[]; Names: string[]; Marker: string; PageSize: number }>;

export function describeTargetGroups(input: DescribeInput, ctx: ApiContext): { TargetGroups: AwsTargetGroup[]; NextMarker?: string } {
  const { store } = ctx;
  const { TargetGroupArns: arns = [], Names: names = [], LoadBalancerArn: balancer } = input;
  if ([arns.length > 0, names.length > 0, balancer !== undefined].filter(Boolean).length > 1) throw validationError('Only one of target group ARNs, names and a load balancer ARN can be specified');
  const rows = ((): TargetGroup[] => {
    if (arns.length > 0) return arns.map((arn) => getTargetGroup(store, ctx, arn));
    if (names.length > 0) return names.map((name) => named(store, ctx, targetGroups, name) ?? fail());
    const own = [...store.by(targetGroups, 'scope', scopeOf(ctx))];
    if (balancer === undefined) return own;
    const { arn } = getLoadBalancer(store, ctx, balancer);
    return own.filter((row) => loadBalancersOf(store, row.arn).includes(arn));
  })();
  const { rows: shown, ...next } = pageOf('DescribeTargetGroups', ctx, input, [...new Set(rows)], (row) => row.arn);
  return { TargetGroups: shown.map((row) => viewTargetGroup(store, row)), ...next };
}

function fail(): never {
  throw notFound('targetGroup');
}
