// What IAM is asked about ACM operations: the certificate they name.
import type { OperationAccess } from '#wire/service.ts';
import type { AcmOperationName } from './shapes.ts';

const onCertificate: OperationAccess = { resources: (input: any) => (typeof input.CertificateArn === 'string' ? [input.CertificateArn] : []) };

/** Not about one certificate. */
export const ON_ALL: readonly AcmOperationName[] = ['ListCertificates'];

export const ACCESS: Partial<Record<AcmOperationName, OperationAccess>> = {
  AddTagsToCertificate: onCertificate,
  DeleteCertificate: onCertificate,
  DescribeCertificate: onCertificate,
  GetCertificate: onCertificate,
  // A new one has no ARN yet: `*`, as in AWS.
  ImportCertificate: onCertificate,
  ListTagsForCertificate: onCertificate,
  RemoveTagsFromCertificate: onCertificate,
};
