// DescribeCertificate.
import type { ApiContext } from '../context.ts';
import { getOwnCertificate, usersOf } from './find-certificate.ts';
import type { CertificateDetail } from './shapes.ts';

export function describeCertificate(input: { CertificateArn?: string }, ctx: ApiContext): { Certificate: CertificateDetail } {
  const row = getOwnCertificate(ctx.store, ctx, input.CertificateArn);
  return {
    Certificate: {
      CertificateArn: row.arn,
      DomainName: row.domainName,
      SubjectAlternativeNames: [...row.subjectAlternativeNames],
      Serial: row.serial,
      Subject: row.subject,
      Issuer: row.issuer,
      CreatedAt: new Date(row.importedAt),
      ImportedAt: new Date(row.importedAt),
      Status: row.notAfter > ctx.now ? 'ISSUED' : 'EXPIRED',
      NotBefore: new Date(row.notBefore),
      NotAfter: new Date(row.notAfter),
      KeyAlgorithm: row.keyAlgorithm as NonNullable<CertificateDetail['KeyAlgorithm']>,
      SignatureAlgorithm: row.signatureAlgorithm,
      InUseBy: usersOf(ctx.store, row.arn),
      Type: 'IMPORTED',
      RenewalEligibility: 'INELIGIBLE',
    },
  };
}
