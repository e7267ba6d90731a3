// The IAM operations and shapes of the AWS SDK, our contract. This file alone imports that client.
import type * as sdk from '@aws-sdk/client-iam';

export * from '@aws-sdk/client-iam';

/** Every operation of the current model by its AWS name: the SDK exports `GetRoleCommand` for GetRole. */
export type IamOperationName =
  Extract<keyof typeof sdk, `${string}Command`> extends infer C ? (C extends `${infer Name}Command` ? (Name extends '$' ? never : Name) : never) : never;
