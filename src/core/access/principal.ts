// Who asks, and how well a statement's Principal names him: the closer it names him, the less else it takes.
import type { PrincipalPattern, Statement } from './policy.ts';

export interface Principal {
  readonly kind: 'root' | 'user' | 'roleSession' | 'federatedUser' | 'service' | 'webIdentity';
  /** Twelve digits; '' for services and web identities. */
  readonly account: string;
  /** As GetCallerIdentity reports it; '' for services and web identities. */
  readonly arn: string;
  /** Of a session: the role (or user) it was made from. */
  readonly issuerArn?: string;
  /** `ecs-tasks.amazonaws.com` of a service; the provider's ARN of a web identity. */
  readonly name?: string;
}

/**
 * `itself`: the principal by its own ARN. `issuer`: the role of a session. `anyone`: `*`. `account`: the account, which may let its
 * own identity policies decide.
 */
export type Naming = 'itself' | 'issuer' | 'anyone' | 'account';

/** How the Principal or NotPrincipal of a statement reaches the asker; undefined when it does not. */
export function namingOf(statement: Statement, who: Principal): Naming | undefined {
  if (statement.principal !== undefined) return named(statement.principal, who);
  if (statement.notPrincipal === undefined) return undefined;
  const exempt = named(statement.notPrincipal, who);
  return exempt === undefined || (exempt === 'account' && who.kind !== 'root') ? 'anyone' : undefined;
}

function named(pattern: PrincipalPattern, who: Principal): Naming | undefined {
  if (who.kind === 'service') return pattern.service.includes(who.name ?? '') || pattern.service.includes('*') ? 'itself' : undefined;
  if (who.kind === 'webIdentity') return pattern.federated.includes(who.name ?? '') ? 'itself' : undefined;
  const { aws } = pattern;
  if (aws.includes(who.arn)) return 'itself';
  if (who.issuerArn !== undefined && aws.includes(who.issuerArn)) return 'issuer';
  if (aws.includes('*')) return 'anyone';
  return aws.includes(`arn:aws:iam::${who.account}:root`) ? 'account' : undefined;
}
