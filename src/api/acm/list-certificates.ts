// ListCertificates.
import { certificates } from '#model/load-balancer.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { usersOf } from './find-certificate.ts';
import type { CertificateSummary, ListCertificatesRequest } from './shapes.ts';

const PAGE_MAX = 1000;

/** What we hold is imported and issued; a filter for anything else finds nothing. */
export function listCertificates(input: ListCertificatesRequest, ctx: ApiContext): { CertificateSummaryList: CertificateSummary[]; NextToken?: string } {
  const size = input.MaxItems ?? PAGE_MAX;
  if (size < 1 || size > PAGE_MAX) throw new AwsError('ValidationException', `Value '${size}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and ${PAGE_MAX}`);
  const statuses = input.CertificateStatuses ?? [];
  const types = input.Includes?.keyTypes ?? [];
  const rows = [...ctx.store.by(certificates, 'scope', `${ctx.account}/${ctx.region}`)].filter((row) => {
    const status = row.notAfter > ctx.now ? 'ISSUED' : 'EXPIRED';
    return (statuses.length === 0 || statuses.includes(status)) && (types.length === 0 || types.some((type) => type === row.keyAlgorithm));
  });
  const from = input.NextToken === undefined ? 0 : rows.findIndex((row) => token(row.arn) === input.NextToken) + 1;
  if (input.NextToken !== undefined && from === 0) throw new AwsError('ValidationException', 'The next token is not valid.');
  const shown = rows.slice(from, from + size);
  const last = shown.at(-1);
  const view = (row: (typeof rows)[number]): CertificateSummary => ({
    CertificateArn: row.arn,
    DomainName: row.domainName,
    SubjectAlternativeNameSummaries: [...row.subjectAlternativeNames],
    HasAdditionalSubjectAlternativeNames: false,
    Status: row.notAfter > ctx.now ? 'ISSUED' : 'EXPIRED',
    Type: 'IMPORTED',
    KeyAlgorithm: row.keyAlgorithm as NonNullable<CertificateSummary['KeyAlgorithm']>,
    InUse: usersOf(ctx.store, row.arn).length > 0,
    RenewalEligibility: 'INELIGIBLE',
    NotBefore: new Date(row.notBefore),
    NotAfter: new Date(row.notAfter),
    CreatedAt: new Date(row.importedAt),
    ImportedAt: new Date(row.importedAt),
  });
  return { CertificateSummaryList: shown.map(view), ...(last !== undefined && from + size < rows.length ? { NextToken: token(last.arn) } : {}) };
}

function token(arn: string): string {
  return Buffer.from(arn).toString('base64url');
}
