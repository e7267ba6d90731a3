// AddListenerCertificates, RemoveListenerCertificates and DescribeListenerCertificates: those that SNI chooses from.
import { listeners } from '#model/load-balancer.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { operationNotPermitted, validationError } from './errors.ts';
import { getListener } from './find.ts';
import { getCertificateArn } from './listener-settings.ts';
import { pageOf } from './pages.ts';
import type { Shape } from './shapes.ts';

const CERTIFICATES_MAX = 25;

type Input = Shape<{ ListenerArn: string; Certificates: { CertificateArn?: string; IsDefault?: boolean }[]; Marker: string; PageSize: number }>;
type Output = { Certificates: { CertificateArn: string; IsDefault: boolean }[]; NextMarker?: string };

export function addListenerCertificates(input: Input, ctx: ApiContext): Output {
  return ctx.store.transact((tx) => {
    const row = getListener(tx, ctx, input.ListenerArn);
    if (row.protocol !== 'HTTPS' && row.protocol !== 'TLS') throw validationError(`Certificates cannot be specified for listeners with protocol '${row.protocol}'`);
    const asked = certificatesOf(input).map((arn) => getCertificateArn(tx, ctx, arn));
    const certificateArns = [...new Set([...row.certificateArns, ...asked])];
    if (certificateArns.length > CERTIFICATES_MAX + 1) throw new AwsError('TooManyCertificates', `The maximum number of certificates for listener '${row.arn}' has been reached`);
    tx.put(listeners, { ...row, certificateArns });
    return { Certificates: asked.map((arn) => ({ CertificateArn: arn, IsDefault: false })) };
  });
}

export function removeListenerCertificates(input: Input, ctx: ApiContext): object {
  return ctx.store.transact((tx) => {
    const row = getListener(tx, ctx, input.ListenerArn);
    const gone = certificatesOf(input);
    if (gone.includes(row.certificateArns[0] ?? '')) throw operationNotPermitted('The default certificate of a listener cannot be removed');
    tx.put(listeners, { ...row, certificateArns: row.certificateArns.filter((arn) => !gone.includes(arn)) });
    return {};
  });
}

export function describeListenerCertificates(input: Input, ctx: ApiContext): Output {
  const row = getListener(ctx.store, ctx, input.ListenerArn);
  const all = row.certificateArns.map((arn, at) => ({ CertificateArn: arn, IsDefault: at === 0 }));
  const { rows, ...next } = pageOf('DescribeListenerCertificates', ctx, input, all, (one) => one.CertificateArn);
  return { Certificates: [...rows], ...next };
}

function certificatesOf(input: Input): string[] {
  const arns = (input.Certificates ?? []).map((one) => one.CertificateArn ?? '');
  if (arns.length === 0) throw validationError('At least one certificate must be specified');
  if ((input.Certificates ?? []).some((one) => one.IsDefault !== undefined)) throw validationError('IsDefault cannot be specified in this request');
  return arns;
}
