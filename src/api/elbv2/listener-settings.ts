// What a listener may be: protocol, port, certificates and security policy together.
import { certificates, type Listener, type LoadBalancer } from '#model/load-balancer.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { unsupportedFeature, validationError } from './errors.ts';
import { isOwn } from './find.ts';
import type { CreateListenerInput, Shape } from './shapes.ts';
import { isSslPolicy } from './ssl-policies.ts';

type Settings = Pick<Listener, 'protocol' | 'port' | 'certificateArns'> & Partial<Pick<Listener, 'sslPolicy' | 'alpnPolicy'>>;
type Input = Pick<Shape<CreateListenerInput>, 'Protocol' | 'Port' | 'Certificates' | 'SslPolicy' | 'AlpnPolicy' | 'MutualAuthentication'>;

const DEFAULT_POLICY = 'ELBSecurityPolicy-2016-08';
const ALPN = ['HTTP1Only', 'HTTP2Only', 'HTTP2Optional', 'HTTP2Preferred', 'None'];

/** The settings of a request over those of before. Throws ValidationError, UnsupportedProtocol, CertificateNotFound, SSLPolicyNotFound… */
export function listenerSettings(reader: Reader, ctx: ApiContext, balancer: LoadBalancer, before: Listener | undefined, input: Input): Settings {
  const protocol = checkProtocol(balancer, input.Protocol ?? before?.protocol);
  const port = input.Port ?? before?.port;
  if (port === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) throw validationError(`Listener port '${port ?? ''}' must be between '1' and '65535'`);
  if (input.MutualAuthentication?.Mode !== undefined && input.MutualAuthentication.Mode !== 'off') throw unsupportedFeature('mutual authentication');
  if (protocol !== 'HTTPS' && protocol !== 'TLS') {
    if ((input.Certificates?.length ?? 0) > 0) throw validationError(`Certificates cannot be specified for listeners with protocol '${protocol}'`);
    if (input.SslPolicy !== undefined) throw validationError(`An SSL policy cannot be specified for listeners with protocol '${protocol}'`);
    return { protocol, port, certificateArns: [] };
  }
  const certificateArns = input.Certificates === undefined ? (before?.certificateArns ?? []) : defaultCertificate(reader, ctx, input.Certificates, before);
  if (certificateArns.length === 0) throw validationError(`A certificate must be specified for ${protocol} listeners`);
  const sslPolicy = input.SslPolicy ?? before?.sslPolicy ?? DEFAULT_POLICY;
  if (!isSslPolicy(sslPolicy)) throw new AwsError('SSLPolicyNotFound', `SSL policy '${sslPolicy}' not found`);
  const alpnPolicy = checkAlpn(protocol, input.AlpnPolicy) ?? before?.alpnPolicy;
  return { protocol, port, certificateArns, sslPolicy, ...(alpnPolicy === undefined ? {} : { alpnPolicy }) };
}

function checkProtocol(balancer: LoadBalancer, protocol: string | undefined): Listener['protocol'] {
  if (protocol === undefined) throw validationError('A listener protocol must be specified');
  const allowed = balancer.type === 'application' ? ['HTTP', 'HTTPS'] : ['TLS', 'TCP', 'TCP_UDP', 'UDP'];
  const isNew = balancer.type === 'network' && /QUIC/.test(protocol);
  if (!allowed.includes(protocol) && !isNew) throw validationError(`Listener protocol '${protocol}' must be one of '${allowed.join(', ')}'`);
  if (/UDP|QUIC/.test(protocol)) throw unsupportedFeature(`listeners with protocol ${protocol}: HAProxy 2.6 carries TCP`);
  return protocol as Listener['protocol'];
}

function defaultCertificate(reader: Reader, ctx: ApiContext, input: readonly Shape<{ CertificateArn?: string }>[], before: Listener | undefined): string[] {
  if (input.length !== 1) throw validationError('You must specify exactly one certificate');
  const arn = getCertificateArn(reader, ctx, input[0]!.CertificateArn);
  return [arn, ...(before?.certificateArns.slice(1) ?? []).filter((one) => one !== arn)];
}

/** Throws CertificateNotFound. */
export function getCertificateArn(reader: Reader, ctx: ApiContext, arn = ''): string {
  const row = reader.get(certificates, arn);
  if (row === undefined || !isOwn(row, ctx)) throw new AwsError('CertificateNotFound', `Certificate '${arn}' not found`);
  return arn;
}

function checkAlpn(protocol: string, policy: readonly (string | undefined)[] | undefined): string | undefined {
  if (policy === undefined || policy.length === 0) return undefined;
  const [first = ''] = policy;
  if (protocol !== 'TLS' || policy.length > 1 || !ALPN.includes(first)) throw new AwsError('ALPNPolicyNotSupported', `ALPN policy '${policy.join()}' is not supported for listeners with protocol '${protocol}'`);
  return first;
}
