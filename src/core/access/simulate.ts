// What policies would say to actions not taken: every pair of action and resource, with the statements that speak and the keys not given.
import { decide, type Bearing, type Decision } from './decide.ts';
import { ask, matchingStatements } from './evaluate.ts';
import type { ContextLookup } from './pattern.ts';
import type { NamedPolicy, Policy, Statement } from './policy.ts';
import type { Principal } from './principal.ts';
import { variablesOf } from './pattern.ts';

export interface Simulation {
  readonly who: Principal;
  readonly bearing: Bearing;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly context: ContextLookup;
}

export interface Simulated {
  readonly action: string;
  readonly resource: string;
  readonly decision: Decision;
  readonly matched: readonly { readonly id: string; readonly statement: Statement }[];
  /** Keys that the policies ask for and the caller did not give, sorted. */
  readonly missingKeys: readonly string[];
}

/** Every action on every resource, in the order given. */
export function simulate(simulation: Simulation): Simulated[] {
  const { who, bearing, context } = simulation;
  const all = policiesOf(bearing);
  const missingKeys = [...new Set(all.flatMap(({ policy }) => keysOf(policy)))].filter((key) => context(key) === undefined).sort();
  return simulation.actions.flatMap((action) =>
    simulation.resources.map((resource) => {
      const request = { action, resource, context };
      const decision = decide(who, request, bearing);
      const spoken = matchingStatements(all, ask(request));
      const matched = spoken.filter(({ statement }) => statement.effect === (decision.allowed ? 'Allow' : 'Deny'));
      return { action, resource, decision, matched, missingKeys };
    }),
  );
}

/** Every condition key and variable a policy refers to, lower case. */
export function keysOf(policy: Policy): string[] {
  const keys = policy.statements.flatMap((statement) => [
    ...statement.conditions.flatMap((condition) => [condition.key, ...condition.comparisons.flatMap((comparison) => comparison.variables)]),
    ...statement.resources.flatMap(variablesOf),
  ]);
  return [...new Set(keys)].sort();
}

function policiesOf(bearing: Bearing): NamedPolicy[] {
  const { identity, boundary, session, guardrails, resource } = bearing;
  return [...identity, ...(boundary ? [boundary] : []), ...(session ?? []), ...(guardrails ?? []), ...(resource?.policy ? [resource.policy] : [])];
}
