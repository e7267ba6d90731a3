// What AssumeRole and AssumeRoleWithWebIdentity share: the checks of a session's parameters, and the answer.
import { parsePolicy } from '#core/access/parse-policy.ts';
import { identities, type Identity } from '#model/identity.ts';
import { parseArn } from '#model/arn.ts';
import type { Reader } from '#store/store.ts';
import { malformedMessage } from '../iam/errors.ts';
import { lookPolicy } from '../iam/find.ts';
import type { Role } from '../iam/find.ts';
import { POLICY_MAX } from '../iam/validate.ts';
import type { StsContext } from './context.ts';
import { malformedPolicy, packedPolicyTooLarge, validationError } from './errors.ts';
import type { AssumedRoleUser, Credentials } from './shapes.ts';
import type { SessionCredentials } from './sessions.ts';

const DEFAULT_S = 3600;
const LEAST_S = 900;

export function validSessionName(name: string | undefined): string {
  const given = name ?? '';
  const failed = (what: string): Error => validationError(`1 validation error detected: Value '${given}' at 'roleSessionName' failed to satisfy constraint: Member must ${what}`);
  if (given.length < 2) throw failed('have length greater than or equal to 2');
  if (given.length > 64) throw failed('have length less than or equal to 64');
  if (!/^[\w+=,.@-]*$/.test(given)) throw failed('satisfy regular expression pattern: [\\w+=,.@-]*');
  return given;
}

export function validDuration(seconds: number | undefined, mostSeconds: number, byDefault = DEFAULT_S): number {
  const given = seconds ?? byDefault;
  if (given < LEAST_S) {
    throw validationError(`1 validation error detected: Value '${given}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to ${LEAST_S}`);
  }
  if (given > mostSeconds) throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  return given;
}

/** The role an ARN names; undefined when there is none. */
export function roleOfArn(reader: Reader, roleArn: string | undefined): Role | undefined {
  for (const role of reader.by(identities, 'arn', roleArn ?? '')) if (role.kind === 'role' && role.role !== undefined) return { ...role, role: role.role };
  return undefined;
}

export function validRoleArn(roleArn: string | undefined): string {
  const given = roleArn ?? '';
  const parsed = parseArn(given);
  if (parsed?.service !== 'iam' || !/^\d{12}$/.test(parsed.account)) throw validationError(`${given} is invalid`);
  return given;
}

export interface SessionLimits {
  readonly policy?: string;
  readonly policyArns: readonly string[];
  /** Share of what fits, in percent. */
  readonly packedPercent: number;
}

const MAX_ARNS = 10;

/** Session policies of a request. Throws MalformedPolicyDocument, PackedPolicyTooLarge, ValidationError. */
export function validLimits(ctx: StsContext, account: string, input: { Policy?: string | undefined; PolicyArns?: { arn?: string | undefined }[] | undefined }): SessionLimits {
  const { Policy: policy, PolicyArns: given = [] } = input;
  const policyArns = given.map(({ arn }) => arn ?? '');
  if (policyArns.length > MAX_ARNS) throw validationError(`1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to ${MAX_ARNS}`);
  const unknown = policyArns.find((arn) => lookPolicy(ctx.store, account, arn) === undefined);
  if (unknown !== undefined) throw validationError(`${unknown} is invalid`);
  if (policy === undefined) return { policyArns, packedPercent: policyArns.length * 5 };
  if (policy.length > POLICY_MAX.session) throw packedPolicyTooLarge(`Packed policy consumes ${Math.ceil((policy.length / POLICY_MAX.session) * 100)}% of allotted space, please use smaller policy.`);
  const parsed = parsePolicy(policy, 'identity');
  if ('malformed' in parsed) throw malformedPolicy(malformedMessage(parsed.malformed));
  return { policy, policyArns, packedPercent: Math.min(100, Math.ceil((policy.length / POLICY_MAX.session) * 100)) };
}

export interface RoleSession {
  readonly role: Role;
  readonly name: string;
  readonly seconds: number;
  readonly limits: SessionLimits;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
}

export interface IssuedRoleSession {
  readonly Credentials: Credentials;
  readonly AssumedRoleUser: AssumedRoleUser;
  readonly PackedPolicySize?: number;
}

/** Issues the credentials of a role's session. */
export function issueRoleSession(ctx: StsContext, { role, name, seconds, limits, tags, transitiveTagKeys }: RoleSession): IssuedRoleSession {
  const arn = sessionArn(role, name);
  const userId = `${role.id}:${name}`;
  const credentials = ctx.sessions.issue({
    account: role.account,
    arn,
    userId,
    session: {
      kind: 'role', issuerArn: role.arn, issuerId: role.id, name, ...(limits.policy === undefined ? {} : { policy: limits.policy }), policyArns: limits.policyArns,
      tags, transitiveTagKeys, issuedAt: ctx.now, expiresAt: ctx.now + seconds * 1000,
    },
  });
  return {
    Credentials: viewCredentials(credentials),
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
    ...(limits.packedPercent === 0 ? {} : { PackedPolicySize: limits.packedPercent }),
  };
}

/** `arn:aws:sts::<account>:assumed-role/<role>/<session>`: the role's path is not in it. */
export function sessionArn(role: Pick<Identity, 'account' | 'name'>, name: string): string {
  return `arn:aws:sts::${role.account}:assumed-role/${role.name}/${name}`;
}

export function viewCredentials(credentials: SessionCredentials): Credentials {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: new Date(credentials.expiresAt),
  };
}
