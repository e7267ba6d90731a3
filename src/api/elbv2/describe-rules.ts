// DescribeRules: by priority, the default rule last.
import { listeners, rules } from '#model/load-balancer.ts';
import type { ApiContext } from '../context.ts';
import { notFound, validationError } from './errors.ts';
import { getListener, getRule } from './find.ts';
import { pageOf } from './pages.ts';
import type { Rule as AwsRule, Shape } from './shapes.ts';
import { defaultRuleArn, viewDefaultRule, viewRule } from './views.ts';

type Input = Shape<{ ListenerArn: string; RuleArns: string[]; Marker: string; PageSize: number }>;

export function describeRules(input: Input, ctx: ApiContext): { Rules: AwsRule[]; NextMarker?: string } {
  const arns = input.RuleArns ?? [];
  if (input.ListenerArn === undefined && arns.length === 0) throw validationError('You must specify either a listener ARN or rule ARNs');
  if (input.ListenerArn !== undefined && arns.length > 0) throw validationError('You cannot specify both a listener ARN and rule ARNs');
  const views = arns.length > 0 ? arns.map((arn) => viewByArn(ctx, arn)) : viewsOfListener(ctx, input.ListenerArn);
  const { rows, ...next } = pageOf('DescribeRules', ctx, input, views, (rule) => rule.RuleArn ?? '');
  return { Rules: [...rows], ...next };
}

function viewsOfListener(ctx: ApiContext, arn: string | undefined): AwsRule[] {
  const listener = getListener(ctx.store, ctx, arn);
  const rows = [...ctx.store.by(rules, 'listener', listener.arn)].sort((a, b) => a.priority - b.priority);
  return [...rows.map(viewRule), viewDefaultRule(listener)];
}

function viewByArn(ctx: ApiContext, arn: string): AwsRule {
  const listener = ctx.store.get(listeners, arn.replace(':listener-rule/', ':listener/').replace(/\/[^/]*$/, ''));
  if (listener !== undefined && defaultRuleArn(listener) === arn) {
    if (listener.account !== ctx.account || listener.region !== ctx.region) throw notFound('rule');
    return viewDefaultRule(listener);
  }
  return viewRule(getRule(ctx.store, ctx, arn));
}
