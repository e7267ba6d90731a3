// One policy against one request: which statements apply, and what they say.
import { holds } from './condition.ts';
import { matches, type ContextLookup } from './pattern.ts';
import type { NamedPolicy, Policy, Statement } from './policy.ts';
import { namingOf, type Naming, type Principal } from './principal.ts';

export interface AccessRequest {
  /** `ecs:RunTask`. */
  readonly action: string;
  /** ARN, or `*` for what names no resource. */
  readonly resource: string;
  readonly context: ContextLookup;
}

/** A request taken apart once, for all the policies it meets. */
export interface Asked extends AccessRequest {
  readonly service: string;
  readonly operation: string;
}

export interface Verdict {
  readonly denied: Statement | undefined;
  readonly allowed: Statement | undefined;
}

export function ask(request: AccessRequest): Asked {
  const action = request.action.toLowerCase();
  const colon = action.indexOf(':');
  return { ...request, service: action.slice(0, Math.max(colon, 0)), operation: action.slice(colon + 1) };
}

/** Whether a statement is about this action, this resource and these circumstances; principals aside. */
export function applies(statement: Statement, asked: Asked): boolean {
  return actionMatches(statement, asked) && resourceMatches(statement, asked) && conditionsHold(statement, asked.context);
}

/** What an identity's policy says. A Deny ends the search. */
export function evaluate(policy: Policy, asked: Asked): Verdict {
  let allowed: Statement | undefined;
  for (const statement of policy.statements) {
    if (statement.effect === 'Allow' && allowed !== undefined) continue;
    if (!applies(statement, asked)) continue;
    if (statement.effect === 'Deny') return { denied: statement, allowed };
    allowed = statement;
  }
  return { denied: undefined, allowed };
}

const CLOSENESS: readonly Naming[] = ['account', 'anyone', 'issuer', 'itself'];

/** What a resource's policy says to this principal, and how closely its best Allow names him. */
export function evaluateFor(policy: Policy, asked: Asked, who: Principal): Verdict & { readonly naming: Naming | undefined } {
  let allowed: Statement | undefined;
  let best: Naming | undefined;
  for (const statement of policy.statements) {
    const naming = namingOf(statement, who);
    if (naming === undefined || !applies(statement, asked)) continue;
    if (statement.effect === 'Deny') return { denied: statement, allowed, naming: best };
    if (best === undefined || CLOSENESS.indexOf(naming) > CLOSENESS.indexOf(best)) [best, allowed] = [naming, statement];
  }
  return { denied: undefined, allowed, naming: best };
}

/** Every statement that applies, for simulations. */
export function matchingStatements(policies: readonly NamedPolicy[], asked: Asked): { readonly id: string; readonly statement: Statement }[] {
  return policies.flatMap(({ id, policy }) => policy.statements.filter((statement) => applies(statement, asked)).map((statement) => ({ id, statement })));
}

function actionMatches(statement: Statement, { service, operation, context }: Asked): boolean {
  for (const action of statement.actions) {
    if (matches(action.service, service, context) && matches(action.operation, operation, context)) return !statement.actionsNegated;
  }
  return statement.actionsNegated;
}

function resourceMatches(statement: Statement, { resource, context }: Asked): boolean {
  const { resources } = statement;
  if (resources.length === 0) return true;
  for (const pattern of resources) if (matches(pattern, resource, context)) return !statement.resourcesNegated;
  return statement.resourcesNegated;
}

function conditionsHold(statement: Statement, context: ContextLookup): boolean {
  for (const condition of statement.conditions) if (!holds(condition, context)) return false;
  return true;
}
