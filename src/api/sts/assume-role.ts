// AssumeRole: the role's trust policy and the caller's own policies decide; the credentials that follow are the role's.
//
// Order of checks: parameters, root, the role and its trust policy (a role that is not there is refused like one that does not trust),
// duration, session policies.
import { decide } from '#core/access/decide.ts';
import { askingOf, contextOf, isRoot } from '../iam/asking.ts';
import { mergeTags } from '../iam/validate.ts';
import type { StsContext } from './context.ts';
import { accessDenied, validationError } from './errors.ts';
import { issueRoleSession, roleOfArn, validDuration, validLimits, validRoleArn, validSessionName } from './new-session.ts';
import type { AssumeRoleRequest, AssumeRoleResponse } from './shapes.ts';
import type { Role } from '../iam/find.ts';

const CHAINED_MAX_S = 3600;

export function assumeRole(input: AssumeRoleRequest, ctx: StsContext): AssumeRoleResponse {
  const roleArn = validRoleArn(input.RoleArn);
  const name = validSessionName(input.RoleSessionName);
  const { caller } = ctx.call;
  if (input.SerialNumber !== undefined || input.TokenCode !== undefined) throw accessDenied('MultiFactorAuthentication failed: Longshore has no MFA devices.');
  if (isRoot(caller)) throw accessDenied('Roles may not be assumed by root accounts.');
  const tags = sessionTags(input, ctx);
  const role = trusted(ctx, input, roleArn, tags.given);
  if (caller.session !== undefined && (input.DurationSeconds ?? 0) > CHAINED_MAX_S) {
    throw validationError('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
  }
  const seconds = validDuration(input.DurationSeconds, role.role.maxSessionSeconds);
  const limits = validLimits(ctx, role.account, input);
  const { SourceIdentity } = input;
  return { ...issueRoleSession(ctx, { role, name, seconds, limits, tags: tags.all, transitiveTagKeys: tags.transitive }), ...(SourceIdentity === undefined ? {} : { SourceIdentity }) };
}

interface SessionTags {
  readonly given: Readonly<Record<string, string>>;
  readonly all: Readonly<Record<string, string>>;
  readonly transitive: readonly string[];
}

/** Tags of the request, over the transitive ones that the calling session hands on. */
function sessionTags(input: AssumeRoleRequest, ctx: StsContext): SessionTags {
  const tags = mergeTags([], (input.Tags ?? []).map((tag) => ({ key: tag.Key ?? '', value: tag.Value ?? '' })));
  const given = Object.fromEntries(tags.map(({ key, value }) => [key, value]));
  const { session } = ctx.call.caller;
  const inherited = (session?.transitiveTagKeys ?? []).flatMap((key) => (session?.tags[key] === undefined ? [] : [[key, session.tags[key]] as const]));
  const clash = inherited.find(([key]) => Object.hasOwn(given, key));
  if (clash !== undefined) throw validationError(`One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session. Affected transitive tag key: ${clash[0]}`);
  return { given, all: { ...Object.fromEntries(inherited), ...given }, transitive: [...new Set([...inherited.map(([key]) => key), ...(input.TransitiveTagKeys ?? [])])] };
}

function trusted(ctx: StsContext, input: AssumeRoleRequest, roleArn: string, tags: Readonly<Record<string, string>>): Role {
  const { caller } = ctx.call;
  const refuse = (action: string): Error => accessDenied(`User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`);
  const role = roleOfArn(ctx.store, roleArn);
  if (role === undefined) throw refuse('sts:AssumeRole');
  const asking = askingOf(ctx.store, ctx.policies, caller);
  const context = contextOf(ctx.call, asking, (key) => sessionKey(key, input, role, tags));
  const policy = { id: role.arn, policy: ctx.policies.compiled(role.role, role.role.trust, 'trust') };
  const bearing = { ...asking.bearing, resource: { account: role.account, policy, required: true } };
  const actions = ['sts:AssumeRole', ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : []), ...(input.SourceIdentity === undefined ? [] : ['sts:SetSourceIdentity'])];
  for (const action of actions) if (!decide(asking.who, { action, resource: role.arn, context }, bearing).allowed) throw refuse(action);
  return role;
}

function sessionKey(key: string, input: AssumeRoleRequest, role: Role, tags: Readonly<Record<string, string>>): string | readonly string[] | undefined {
  if (key === 'sts:externalid') return input.ExternalId;
  if (key === 'sts:rolesessionname') return input.RoleSessionName;
  if (key === 'sts:sourceidentity') return input.SourceIdentity;
  if (key === 'sts:transitivetagkeys') return input.TransitiveTagKeys;
  if (key === 'aws:tagkeys') return Object.keys(tags);
  if (key === 'aws:resourceaccount') return role.account;
  if (key.startsWith('aws:requesttag/')) return Object.entries(tags).find(([name]) => name.toLowerCase() === key.slice(15))?.[1];
  if (key.startsWith('aws:resourcetag/')) return role.tags.find((tag) => tag.key.toLowerCase() === key.slice(16))?.value;
  return undefined;
}
