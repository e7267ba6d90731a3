// CreateLoadBalancer.
import { initialAttributes, LOAD_BALANCER_ATTRIBUTES } from './attributes.ts';
import { loadBalancers, type LoadBalancer } from '#model/load-balancer.ts';
import type { Subnet } from '#model/network.ts';
import type { Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { ensureDefaultVpc } from '../default-vpc.ts';
import { unsupportedFeature, validationError } from './errors.ts';
import { named, scopeOf } from './find.ts';
import { checkName, chooseHostAddress, dnsNameFor, loadBalancerArn } from './load-balancer-names.ts';
import { createInterface, requestedGroups, requestedSubnets } from './network.ts';
import type { CreateLoadBalancerInput, LoadBalancer as AwsLoadBalancer, Shape } from './shapes.ts';
import { parseTags } from './tags.ts';
import { viewLoadBalancer } from './views.ts';

const LOAD_BALANCERS_MAX = 50;

/** The same request again answers the load balancer that is there, as AWS does; with other settings it is DuplicateLoadBalancerName. */
export function createLoadBalancer(input: Shape<CreateLoadBalancerInput>, ctx: ApiContext): { LoadBalancers: AwsLoadBalancer[] } {
  const name = input.Name ?? '';
  checkName(name, 'The load balancer');
  if (name.startsWith('internal-')) throw validationError(`Load balancer name '${name}' cannot begin with 'internal-'`);
  const type = input.Type ?? 'application';
  if (type === 'gateway') throw unsupportedFeature('gateway load balancers');
  if (type !== 'application' && type !== 'network') throw validationError(`Load balancer type '${String(type)}' must be one of application, network`);
  const scheme = input.Scheme ?? 'internet-facing';
  if (scheme !== 'internet-facing' && scheme !== 'internal') throw validationError(`Scheme '${String(scheme)}' must be one of internet-facing, internal`);
  const ipAddressType = input.IpAddressType ?? 'ipv4';
  if (ipAddressType !== 'ipv4') throw unsupportedFeature(`the IP address type '${ipAddressType}'`);
  const tags = parseTags(input.Tags);
  return ctx.store.transact((tx) => {
    ensureDefaultVpc(tx, ctx.account, ctx.region, ctx.random);
    const subnets = requestedSubnets(tx, ctx, input, type);
    const groups = type === 'application' || (input.SecurityGroups?.length ?? 0) > 0 ? requestedGroups(tx, ctx, input.SecurityGroups, subnets[0]!.vpcId) : [];
    const same = named(tx, ctx, loadBalancers, name);
    if (same !== undefined) return { LoadBalancers: [viewLoadBalancer(tx, sameOrThrow(same, { type, scheme }, subnets))] };
    if (tx.count(loadBalancers, 'scope', scopeOf(ctx)) >= LOAD_BALANCERS_MAX) throw new AwsError('TooManyLoadBalancers', 'The maximum number of load balancers has been reached');
    const row = create(tx, ctx, { name, type, scheme, tags }, subnets, groups);
    return { LoadBalancers: [viewLoadBalancer(tx, row)] };
  });
}

function create(tx: Transaction, ctx: ApiContext, asked: Pick<LoadBalancer, 'name' | 'type' | 'scheme' | 'tags'>, subnets: readonly Subnet[], securityGroupIds: readonly string[]): LoadBalancer {
  const arn = loadBalancerArn(ctx, asked.type, asked.name);
  const eni = createInterface(tx, ctx, subnets[0]!, securityGroupIds, `ELB ${arn.slice(arn.indexOf('loadbalancer/') + 'loadbalancer/'.length)}`);
  const row: LoadBalancer = {
    ...asked,
    arn,
    account: ctx.account,
    region: ctx.region,
    vpcId: subnets[0]!.vpcId,
    subnetIds: subnets.map((subnet) => subnet.id),
    securityGroupIds,
    ipAddressType: 'ipv4',
    dnsName: dnsNameFor(ctx, asked.name, asked.scheme),
    hostAddress: chooseHostAddress(tx, ctx),
    networkInterfaceId: eni.id,
    privateIpAddress: eni.privateIpAddress,
    state: 'provisioning',
    attributes: initialAttributes(LOAD_BALANCER_ATTRIBUTES[asked.type]),
    createdAt: ctx.now,
  };
  tx.put(loadBalancers, row);
  return row;
}

function sameOrThrow(row: LoadBalancer, asked: Pick<LoadBalancer, 'type' | 'scheme'>, subnets: readonly Subnet[]): LoadBalancer {
  const isSame = row.type === asked.type && row.scheme === asked.scheme && row.subnetIds.join() === subnets.map((subnet) => subnet.id).join();
  if (!isSame) throw new AwsError('DuplicateLoadBalancerName', `A load balancer with the same name '${row.name}' exists, but with different settings`);
  return row;
}
