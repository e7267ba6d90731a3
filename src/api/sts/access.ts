// What IAM is asked about STS operations. AssumeRole asks for itself: the role's trust policy decides along.
import type { OperationAccess } from '#wire/service.ts';
import type { StsOperationName } from './shapes.ts';

/** About a key of anybody's. */
export const ON_ALL: readonly StsOperationName[] = ['GetAccessKeyInfo'];

export const ACCESS: Partial<Record<StsOperationName, OperationAccess>> = {
  AssumeRole: { action: null },
  // Unsigned: the trust policy alone decides.
  AssumeRoleWithWebIdentity: { action: null },
  GetCallerIdentity: { action: null },
  GetSessionToken: { action: null },
};
