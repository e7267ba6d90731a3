// The ACM operations and shapes of the AWS SDK, our contract. This file alone refers to that client: only its schemas are
// loaded, at the first request (docs/adr/secrets-sdk-clients.md).
import type * as sdk from '@aws-sdk/client-acm';
import { lazySchemas } from '../lazy-schemas.ts';

/** The SDK's schema of an operation. The first call loads them all. */
export const schemaOf = lazySchemas<AcmOperationName>('@aws-sdk/client-acm');

export type {
  CertificateDetail,
  CertificateSummary,
  ImportCertificateRequest,
  ListCertificatesRequest,
  Tag,
} from '@aws-sdk/client-acm';

/** Every operation of the current model by its AWS name: the SDK exports `ImportCertificateCommand` for ImportCertificate. */
export type AcmOperationName =
  Extract<keyof typeof sdk, `${string}Command`> extends infer C ? (C extends `${infer Name}Command` ? (Name extends '$' ? never : Name) : never) : never;
