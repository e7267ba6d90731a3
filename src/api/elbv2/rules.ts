// CreateRule, ModifyRule, DeleteRule and SetRulePriorities.
import { hexId } from '#base/ids.ts';
import { rules, type Rule } from '#model/load-balancer.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { parseActions, type ActionPlace } from './actions.ts';
import { parseConditions } from './conditions.ts';
import { operationNotPermitted, unsupportedFeature, validationError } from './errors.ts';
import { getListener, getLoadBalancer, getRule } from './find.ts';
import type { CreateRuleInput, ModifyRuleInput, Rule as AwsRule, Shape } from './shapes.ts';
import { parseTags } from './tags.ts';
import { defaultRuleArn, viewRule } from './views.ts';
import { listeners } from '#model/load-balancer.ts';

/** Per listener, its default rule not counted. */
const RULES_MAX = 100;
const PRIORITY_MAX = 50_000;

export function createRule(input: Shape<CreateRuleInput>, ctx: ApiContext): { Rules: AwsRule[] } {
  const priority = checkPriority(input.Priority);
  const conditions = parseConditions(input.Conditions);
  const tags = parseTags(input.Tags);
  if ((input.Transforms?.length ?? 0) > 0) throw unsupportedFeature('transforms in rules');
  return ctx.store.transact((tx) => {
    const listener = getListener(tx, ctx, input.ListenerArn);
    const place = placeOf(tx, ctx, listener.arn);
    if (place.loadBalancer.type === 'network') throw new AwsError('InvalidConfigurationRequest', 'Rules are not supported for listeners of network load balancers');
    const actions = parseActions(tx, ctx, input.Actions, place);
    const others = [...tx.by(rules, 'listener', listener.arn)];
    if (others.some((other) => other.priority === priority)) throw priorityInUse(priority);
    if (others.length >= RULES_MAX) throw new AwsError('TooManyRules', `The maximum number of rules on load balancer '${listener.loadBalancerArn}' has been reached`);
    const arn = `${listener.arn.replace(':listener/', ':listener-rule/')}/${hexId(ctx.random, 16)}`;
    const row: Rule = { arn, account: ctx.account, region: ctx.region, tags, listenerArn: listener.arn, priority, conditions, actions };
    tx.put(rules, row);
    return { Rules: [viewRule(row)] };
  });
}

export function modifyRule(input: Shape<ModifyRuleInput>, ctx: ApiContext): { Rules: AwsRule[] } {
  if ((input.Transforms?.length ?? 0) > 0) throw unsupportedFeature('transforms in rules');
  return ctx.store.transact((tx) => {
    refuseDefault(tx, ctx, input.RuleArn, 'modified');
    const before = getRule(tx, ctx, input.RuleArn);
    const conditions = input.Conditions === undefined ? before.conditions : parseConditions(input.Conditions);
    const actions = input.Actions === undefined ? before.actions : parseActions(tx, ctx, input.Actions, placeOf(tx, ctx, before.listenerArn));
    const after = { ...before, conditions, actions };
    tx.put(rules, after);
    return { Rules: [viewRule(after)] };
  });
}

export function deleteRule(input: Shape<{ RuleArn: string }>, ctx: ApiContext): object {
  return ctx.store.transact((tx) => {
    refuseDefault(tx, ctx, input.RuleArn, 'deleted');
    tx.delete(rules, getRule(tx, ctx, input.RuleArn).arn);
    return {};
  });
}

export function setRulePriorities(input: Shape<{ RulePriorities: { RuleArn?: string; Priority?: number }[] }>, ctx: ApiContext): { Rules: AwsRule[] } {
  const asked = input.RulePriorities ?? [];
  if (asked.length === 0) throw validationError('At least one rule priority must be specified');
  return ctx.store.transact((tx) => {
    const changed = asked.map(({ RuleArn, Priority }) => {
      refuseDefault(tx, ctx, RuleArn, 'reordered');
      return { ...getRule(tx, ctx, RuleArn), priority: checkPriority(Priority) };
    });
    if (new Set(changed.map((row) => row.arn)).size !== changed.length) throw validationError('A rule can be specified only once');
    for (const row of changed) tx.put(rules, row);
    for (const listenerArn of new Set(changed.map((row) => row.listenerArn))) {
      const priorities = [...tx.by(rules, 'listener', listenerArn)].map((row) => row.priority);
      const twice = priorities.find((priority, at) => priorities.indexOf(priority) !== at);
      if (twice !== undefined) throw priorityInUse(twice);
    }
    return { Rules: changed.map(viewRule) };
  });
}

function placeOf(reader: Reader, ctx: ApiContext, listenerArn: string): ActionPlace {
  const listener = getListener(reader, ctx, listenerArn);
  return { loadBalancer: getLoadBalancer(reader, ctx, listener.loadBalancerArn), protocol: listener.protocol };
}

function checkPriority(priority: number | undefined): number {
  if (priority === undefined || !Number.isInteger(priority) || priority < 1 || priority > PRIORITY_MAX) throw validationError(`Priority '${priority ?? ''}' must be between '1' and '${PRIORITY_MAX}'`);
  return priority;
}

function priorityInUse(priority: number): AwsError {
  return new AwsError('PriorityInUse', `Priority '${priority}' is currently in use`);
}

function refuseDefault(reader: Reader, ctx: ApiContext, arn = '', what: string): void {
  const listenerArn = arn.replace(':listener-rule/', ':listener/').replace(/\/[^/]*$/, '');
  const listener = reader.get(listeners, listenerArn);
  if (listener !== undefined && listener.account === ctx.account && defaultRuleArn(listener) === arn) throw operationNotPermitted(`Default rule '${arn}' cannot be ${what}`);
}
