// Certificates by ARN, of the caller's account and region only.
import { certificates, listeners, type Certificate } from '#model/load-balancer.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';

const ARN = /^arn:[\w+=/,.@-]+:acm:[\w+=/,.@-]*:[0-9]+:[\w+=,.@-]+(\/[\w+=,.@-]+)*$/;

/** Throws InvalidArnException, ResourceNotFoundException. */
export function getOwnCertificate(reader: Reader, ctx: ApiContext, arn = ''): Certificate {
  if (!ARN.test(arn)) throw new AwsError('InvalidArnException', `Invalid ARN: ${arn}`);
  const row = reader.get(certificates, arn);
  if (row === undefined || row.account !== ctx.account || row.region !== ctx.region) throw new AwsError('ResourceNotFoundException', `Could not find certificate ${arn}.`);
  return row;
}

/** Load balancers whose listeners use it. */
export function usersOf(reader: Reader, arn: string): string[] {
  return [...new Set([...reader.by(listeners, 'certificate', arn)].map((listener) => listener.loadBalancerArn))];
}
