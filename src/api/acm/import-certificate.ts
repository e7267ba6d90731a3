// ImportCertificate: a new one, or new content under an ARN, which listeners then take at once.
import { uuid } from '#base/ids.ts';
import { certificates } from '#model/load-balancer.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { getOwnCertificate } from './find-certificate.ts';
import { parseCertificate } from './parse-certificate.ts';
import type { ImportCertificateRequest } from './shapes.ts';
import { addTags } from './tags.ts';

const CERTIFICATES_MAX = 2500;

export function importCertificate(input: ImportCertificateRequest, ctx: ApiContext): { CertificateArn: string } {
  const parsed = parseCertificate(input.Certificate, input.PrivateKey, input.CertificateChain, ctx.now);
  return ctx.store.transact((tx) => {
    if (input.CertificateArn !== undefined) {
      const before = getOwnCertificate(tx, ctx, input.CertificateArn);
      if ((input.Tags?.length ?? 0) > 0) throw new AwsError('InvalidParameterException', 'Tags cannot be specified when a certificate is imported again.');
      tx.put(certificates, { ...parsed, arn: before.arn, account: before.account, region: before.region, tags: before.tags, importedAt: ctx.now });
      return { CertificateArn: before.arn };
    }
    if (tx.count(certificates, 'scope', `${ctx.account}/${ctx.region}`) >= CERTIFICATES_MAX) throw new AwsError('LimitExceededException', `The limit of ${CERTIFICATES_MAX} certificates has been reached.`);
    const arn = `arn:aws:acm:${ctx.region}:${ctx.account}:certificate/${uuid(ctx.random)}`;
    tx.put(certificates, { ...parsed, arn, account: ctx.account, region: ctx.region, tags: addTags([], input.Tags), importedAt: ctx.now });
    return { CertificateArn: arn };
  });
}
