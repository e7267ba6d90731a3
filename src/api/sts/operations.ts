// Every STS operation of the current model: what answers it, or that Longshore does not have it yet.
import type { Operation, OperationSchema } from '#wire/service.ts';
import { unsupported, type UnsupportedOperation } from '../unsupported.ts';
import { assumeRole } from './assume-role.ts';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts';
import type { StsContext } from './context.ts';
import { getAccessKeyInfo } from './get-access-key-info.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { getSessionToken } from './get-session-token.ts';
import * as shapes from './shapes.ts';
import type { StsOperationName } from './shapes.ts';

export const OPERATIONS = {
  AssumeRole: { schema: shapes.AssumeRole$, handler: assumeRole },
  AssumeRoleWithSAML: notYet(shapes.AssumeRoleWithSAML$, 'AssumeRoleWithSAML'),
  AssumeRoleWithWebIdentity: { schema: shapes.AssumeRoleWithWebIdentity$, handler: assumeRoleWithWebIdentity, signed: false },
  AssumeRoot: notYet(shapes.AssumeRoot$, 'AssumeRoot'),
  DecodeAuthorizationMessage: notYet(shapes.DecodeAuthorizationMessage$, 'DecodeAuthorizationMessage'),
  GetAccessKeyInfo: { schema: shapes.GetAccessKeyInfo$, handler: getAccessKeyInfo },
  GetCallerIdentity: { schema: shapes.GetCallerIdentity$, handler: getCallerIdentity },
  GetDelegatedAccessToken: notYet(shapes.GetDelegatedAccessToken$, 'GetDelegatedAccessToken'),
  GetFederationToken: notYet(shapes.GetFederationToken$, 'GetFederationToken'),
  GetSessionToken: { schema: shapes.GetSessionToken$, handler: getSessionToken },
  GetWebIdentityToken: notYet(shapes.GetWebIdentityToken$, 'GetWebIdentityToken'),
} satisfies Record<StsOperationName, Operation<StsContext>>;

function notYet(schema: OperationSchema, operation: string): UnsupportedOperation {
  return unsupported(schema, operation, 'UnsupportedOperation');
}
