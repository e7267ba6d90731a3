// AddTags, RemoveTags and DescribeTags, of everything in ELBv2 that has tags.
import { listeners, loadBalancers, rules, targetGroups } from '#model/load-balancer.ts';
import type { Tag } from '#model/tag.ts';
import type { Transaction } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { validationError } from './errors.ts';
import { getListener, getLoadBalancer, getRule, getTargetGroup } from './find.ts';
import type { Shape, Tag as AwsTag } from './shapes.ts';
import { mergeTags, parseTags, viewTags } from './tags.ts';

type Input = Shape<{ ResourceArns: string[]; Tags: AwsTag[]; TagKeys: string[] }>;

export function addTags(input: Input, ctx: ApiContext): object {
  const added = parseTags(input.Tags);
  if (added.length === 0) throw validationError('At least one tag must be specified');
  return ctx.store.transact((tx) => {
    for (const arn of arnsOf(input)) changeTags(tx, ctx, arn, (tags) => mergeTags(tags, added));
    return {};
  });
}

export function removeTags(input: Input, ctx: ApiContext): object {
  const keys = new Set(input.TagKeys ?? []);
  return ctx.store.transact((tx) => {
    for (const arn of arnsOf(input)) changeTags(tx, ctx, arn, (tags) => tags.filter((tag) => !keys.has(tag.key)));
    return {};
  });
}

export function describeTags(input: Input, ctx: ApiContext): { TagDescriptions: { ResourceArn: string; Tags: AwsTag[] }[] } {
  const arns = arnsOf(input);
  if (arns.length > 20) throw validationError('At most 20 resources can be described at once');
  const read = (arn: string): readonly Tag[] => {
    let seen: readonly Tag[] = [];
    ctx.store.transact((tx) => changeTags(tx, ctx, arn, (tags) => (seen = tags)));
    return seen;
  };
  return { TagDescriptions: arns.map((arn) => ({ ResourceArn: arn, Tags: viewTags(read(arn)) })) };
}

function arnsOf(input: Input): readonly string[] {
  if ((input.ResourceArns?.length ?? 0) === 0) throw validationError('At least one resource ARN must be specified');
  return input.ResourceArns!;
}

/** Puts the row only when its tags are others than before. */
function changeTags(tx: Transaction, ctx: ApiContext, arn: string, change: (tags: readonly Tag[]) => readonly Tag[]): void {
  const apply = <Row extends { readonly tags: readonly Tag[] }>(row: Row, put: (row: Row) => void): void => {
    const tags = change(row.tags);
    if (tags !== row.tags) put({ ...row, tags });
  };
  if (arn.includes(':loadbalancer/')) apply(getLoadBalancer(tx, ctx, arn), (row) => tx.put(loadBalancers, row));
  else if (arn.includes(':targetgroup/')) apply(getTargetGroup(tx, ctx, arn), (row) => tx.put(targetGroups, row));
  else if (arn.includes(':listener/')) apply(getListener(tx, ctx, arn), (row) => tx.put(listeners, row));
  else if (arn.includes(':listener-rule/')) apply(getRule(tx, ctx, arn), (row) => tx.put(rules, row));
  else throw validationError(`'${arn}' is not a valid resource ARN`);
}
