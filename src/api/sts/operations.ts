// Every STS operation of the current model: what answers it, or that Longshore does not have it yet.
import type { Operation, OperationSchema } from '#wire/service.ts';
import type { ApiContext } from '../context.ts';
import { unsupported, type UnsupportedOperation } from '../unsupported.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import * as shapes from './shapes.ts';
import type { StsOperationName } from './shapes.ts';

export const OPERATIONS = {
  AssumeRole: notYet(shapes.AssumeRole$, 'AssumeRole'),
  AssumeRoleWithSAML: notYet(shapes.AssumeRoleWithSAML$, 'AssumeRoleWithSAML'),
  AssumeRoleWithWebIdentity: notYet(shapes.AssumeRoleWithWebIdentity$, 'AssumeRoleWithWebIdentity'),
  AssumeRoot: notYet(shapes.AssumeRoot$, 'AssumeRoot'),
  DecodeAuthorizationMessage: notYet(shapes.DecodeAuthorizationMessage$, 'DecodeAuthorizationMessage'),
  GetAccessKeyInfo: notYet(shapes.GetAccessKeyInfo$, 'GetAccessKeyInfo'),
  GetCallerIdentity: { schema: shapes.GetCallerIdentity$, handler: getCallerIdentity },
  GetDelegatedAccessToken: notYet(shapes.GetDelegatedAccessToken$, 'GetDelegatedAccessToken'),
  GetFederationToken: notYet(shapes.GetFederationToken$, 'GetFederationToken'),
  GetSessionToken: notYet(shapes.GetSessionToken$, 'GetSessionToken'),
  GetWebIdentityToken: notYet(shapes.GetWebIdentityToken$, 'GetWebIdentityToken'),
} satisfies Record<StsOperationName, Operation<ApiContext>>;

function notYet(schema: OperationSchema, operation: string): UnsupportedOperation {
  return unsupported(schema, operation, 'UnsupportedOperation');
}
