// Rows by ARN or name, of the caller's account and region only: those of others do not exist.
import { listeners, loadBalancers, rules, targetGroups, type Listener, type LoadBalancer, type Rule, type TargetGroup } from '#model/load-balancer.ts';
import type { Table } from '#model/table.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { loadBalancerNotFound, notFound, validationError } from './errors.ts';

export interface Owned {
  readonly account: string;
  readonly region: string;
}

/** The value of the `scope` index. */
export function scopeOf({ account, region }: Owned): string {
  return `${account}/${region}`;
}

export function isOwn(row: Owned, ctx: Owned): boolean {
  return row.account === ctx.account && row.region === ctx.region;
}

function find<Row extends Owned>(reader: Reader, ctx: ApiContext, table: Table<Row>, arn: string): Row | undefined {
  const row = reader.get(table, arn);
  return row !== undefined && isOwn(row, ctx) ? row : undefined;
}

/** Throws ValidationError for what is no ARN of this kind, LoadBalancerNotFound. */
export function getLoadBalancer(reader: Reader, ctx: ApiContext, arn = ''): LoadBalancer {
  checkArn(arn, 'loadbalancer/', 'load balancer');
  const row = find(reader, ctx, loadBalancers, arn);
  if (row === undefined) throw loadBalancerNotFound(arn);
  return row;
}

export function getListener(reader: Reader, ctx: ApiContext, arn = ''): Listener {
  checkArn(arn, 'listener/', 'listener');
  const row = find(reader, ctx, listeners, arn);
  if (row === undefined) throw notFound('listener');
  return row;
}

export function getRule(reader: Reader, ctx: ApiContext, arn = ''): Rule {
  checkArn(arn, 'listener-rule/', 'listener rule');
  const row = find(reader, ctx, rules, arn);
  if (row === undefined) throw notFound('rule');
  return row;
}

export function getTargetGroup(reader: Reader, ctx: ApiContext, arn = ''): TargetGroup {
  checkArn(arn, 'targetgroup/', 'target group');
  const row = find(reader, ctx, targetGroups, arn);
  if (row === undefined) throw notFound('targetGroup');
  return row;
}

function checkArn(arn: string, resource: string, noun: string): void {
  if (!new RegExp(`^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\\d{12}:${resource}`).test(arn)) throw validationError(`'${arn}' is not a valid ${noun} ARN`);
}

/** The one of this name, which belongs to the caller's account and region. */
export function named<Row>(reader: Reader, ctx: ApiContext, table: Table<Row>, name: string): Row | undefined {
  for (const row of reader.by(table, 'name', `${scopeOf(ctx)}/${name}`)) return row;
  return undefined;
}

/** Load balancers with a listener or rule that forwards to the group. */
export function loadBalancersOf(reader: Reader, groupArn: string): string[] {
  const arns = new Set<string>();
  for (const listener of reader.by(listeners, 'group', groupArn)) arns.add(listener.loadBalancerArn);
  for (const rule of reader.by(rules, 'group', groupArn)) {
    const listener = reader.get(listeners, rule.listenerArn);
    if (listener !== undefined) arns.add(listener.loadBalancerArn);
  }
  return [...arns];
}
