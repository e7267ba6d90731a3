// The operations and shapes of the AWS SDK, our contract. This file alone refers to that client; its schemas are loaded at the first request.
import type * as sdk from '@aws-sdk/client-s3';
import { lazySchemas } from '../lazy-schemas.ts';

/** Every operation of the current model by its AWS name: the SDK exports `XyzCommand` for Xyz. */
export type S3OperationName =
  Extract<keyof typeof sdk, `${string}Command`> extends infer C ? (C extends `${infer Name}Command` ? (Name extends '$' ? never : Name) : never) : never;

/** The SDK's schema of an operation. The first call loads them all. */
export const schemaOf = lazySchemas<S3OperationName>('@aws-sdk/client-s3');

export type * from '@aws-sdk/client-s3';
