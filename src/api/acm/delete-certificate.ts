// DeleteCertificate.
import { certificates } from '#model/load-balancer.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { getOwnCertificate, usersOf } from './find-certificate.ts';

export function deleteCertificate(input: { CertificateArn?: string }, ctx: ApiContext): object {
  return ctx.store.transact((tx) => {
    const row = getOwnCertificate(tx, ctx, input.CertificateArn);
    if (usersOf(tx, row.arn).length > 0) throw new AwsError('ResourceInUseException', `Certificate ${row.arn} in account ${row.account} is in use.`);
    tx.delete(certificates, row.arn);
    return {};
  });
}
