// The STS operations and shapes of the AWS SDK, our contract. This file alone imports that client.
import type * as sdk from '@aws-sdk/client-sts';

export {
  AssumeRole$,
  AssumeRoleWithSAML$,
  AssumeRoleWithWebIdentity$,
  AssumeRoot$,
  DecodeAuthorizationMessage$,
  GetAccessKeyInfo$,
  GetCallerIdentity$,
  GetDelegatedAccessToken$,
  GetFederationToken$,
  GetSessionToken$,
  GetWebIdentityToken$,
} from '@aws-sdk/client-sts';

export type {
  AssumedRoleUser,
  AssumeRoleRequest,
  AssumeRoleResponse,
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
  Credentials,
  GetAccessKeyInfoRequest,
  GetAccessKeyInfoResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
  GetSessionTokenRequest,
  GetSessionTokenResponse,
} from '@aws-sdk/client-sts';

/** Every operation of the current model by its AWS name: the SDK exports `AssumeRoleCommand` for AssumeRole. */
export type StsOperationName =
  Extract<keyof typeof sdk, `${string}Command`> extends infer C ? (C extends `${infer Name}Command` ? (Name extends '$' ? never : Name) : never) : never;
