// A policy as it is once read: statements whose patterns and conditions are compiled. Plain immutable data.
import type { Condition } from './condition.ts';
import type { Pattern } from './pattern.ts';

/** The actions of a statement: `*`, or pairs of a service prefix and an operation, both lower case. */
export interface ActionPattern {
  readonly service: Pattern;
  readonly operation: Pattern;
}

export interface PrincipalPattern {
  /** `*`, twelve digits made `arn:aws:iam::<account>:root`, or an ARN. */
  readonly aws: readonly string[];
  readonly service: readonly string[];
  readonly federated: readonly string[];
}

export interface Statement {
  /** Position in the document, from 0. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly principal: PrincipalPattern | undefined;
  readonly notPrincipal: PrincipalPattern | undefined;
  readonly actions: readonly ActionPattern[];
  /** True when `actions` is NotAction. */
  readonly actionsNegated: boolean;
  /** Empty in trust policies, where the resource is the role itself. */
  readonly resources: readonly Pattern[];
  /** `resources` is NotResource. */
  readonly resourcesNegated: boolean;
  readonly conditions: readonly Condition[];
}

export interface Policy {
  readonly statements: readonly Statement[];
}

/** A policy with the name that results show. */
export interface NamedPolicy {
  /** ARN of a managed policy, or the name of an inline one. */
  readonly id: string;
  readonly policy: Policy;
}
