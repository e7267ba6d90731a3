// Security policies of TLS listeners, and DescribeSSLPolicies. HAProxy is given their least protocol version; ciphers are OpenSSL's.
import type { ApiContext } from '../context.ts';
import { AwsError } from '#wire/aws-error.ts';
import { pageOf } from './pages.ts';
import type { Shape } from './shapes.ts';

/** Name → protocol versions we negotiate under it. OpenSSL 3 has nothing older than TLS 1.2 to offer by default. */
const POLICIES: Readonly<Record<string, readonly string[]>> = {
  'ELBSecurityPolicy-2016-08': ['TLSv1.2', 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-2-2021-06': ['TLSv1.2', 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-2-Res-2021-06': ['TLSv1.2', 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06': ['TLSv1.2', 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06': ['TLSv1.2', 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-3-2021-06': ['TLSv1.3'],
  'ELBSecurityPolicy-TLS-1-2-2017-01': ['TLSv1.2', 'TLSv1.3'],
  'ELBSecurityPolicy-TLS-1-2-Ext-2018-06': ['TLSv1.2', 'TLSv1.3'],
  'ELBSecurityPolicy-FS-1-2-Res-2020-10': ['TLSv1.2', 'TLSv1.3'],
};

const CIPHERS = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'];

export function isSslPolicy(name: string): boolean {
  return Object.hasOwn(POLICIES, name);
}

type Input = Shape<{ Names: string[]; Marker: string; PageSize: number }>;

export function describeSslPolicies(input: Input, ctx: ApiContext): object {
  const names = input.Names?.length ? input.Names : Object.keys(POLICIES);
  for (const name of names) if (!isSslPolicy(name)) throw new AwsError('SSLPolicyNotFound', `SSL policy '${name}' not found`);
  const { rows, ...next } = pageOf('DescribeSSLPolicies', ctx, input, names, (name) => name);
  const view = (name: string): object => ({
    Name: name,
    SslProtocols: POLICIES[name],
    Ciphers: CIPHERS.map((cipher, at) => ({ Name: cipher, Priority: at + 1 })),
    SupportedLoadBalancerTypes: ['application', 'network'],
  });
  return { SslPolicies: rows.map(view), ...next };
}
