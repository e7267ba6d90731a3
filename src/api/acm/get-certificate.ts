// GetCertificate: everything but the key.
import type { ApiContext } from '../context.ts';
import { getOwnCertificate } from './find-certificate.ts';

export function getCertificate(input: { CertificateArn?: string }, ctx: ApiContext): { Certificate: string; CertificateChain?: string } {
  const row = getOwnCertificate(ctx.store, ctx, input.CertificateArn);
  return { Certificate: row.certificate, ...(row.chain === undefined ? {} : { CertificateChain: row.chain }) };
}
