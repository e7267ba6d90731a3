// PEM as a client imports it: read, checked, and the facts that the API shows. What is kept is written anew, so that nothing else that
// stood in the text reaches HAProxy.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Certificate } from '#model/load-balancer.ts';
import { AwsError } from '#wire/aws-error.ts';

export type ParsedCertificate = Omit<Certificate, 'arn' | 'account' | 'region' | 'tags' | 'importedAt'>;

/** Throws ValidationException in ACM's words. @param now epoch milliseconds */
export function parseCertificate(pem: Uint8Array | undefined, keyPem: Uint8Array | undefined, chainPem: Uint8Array | undefined, now: number): ParsedCertificate {
  const given = text(pem);
  if (blocks(given).length !== 1) throw invalid('The certificate field contains more than one certificate. You can specify only one certificate in this field.', given);
  const x509 = readCertificate(given, 'The certificate is not valid.');
  const key = readKey(text(keyPem));
  if (!x509.checkPrivateKey(key)) throw new AwsError('ValidationException', 'The private key does not match the certificate.');
  if (Date.parse(x509.validTo) <= now) throw new AwsError('ValidationException', 'The certificate that is used for import has expired.');
  if (Date.parse(x509.validFrom) > now) throw new AwsError('ValidationException', 'The certificate that is used for import is not yet valid.');
  const links = chainPem === undefined ? undefined : checkChain(x509, text(chainPem));
  const chain = links?.map(written).join('\n');
  // Node has undefined for a name without parts.
  const [issuer, subject] = [x509.issuer as string | undefined, (x509.subject as string | undefined) ?? ''];
  if (issuer === undefined) throw new AwsError('ValidationException', 'The issuer of the certificate must not be empty.');
  const names = (x509.subjectAltName ?? '').split(', ').filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4));
  const common = /(?:^|\n)CN=(.+)/.exec(subject)?.[1];
  const [certificate, privateKey] = [written(x509), key.export({ type: 'pkcs8', format: 'pem' }).toString().trim()];
  const algorithm = keyAlgorithm(x509.publicKey);
  checkStrength([x509, ...(links ?? [])], privateKey);
  return {
    domainName: common ?? names[0] ?? '',
    subjectAlternativeNames: names.length > 0 ? names : common === undefined ? [] : [common],
    certificate,
    ...(chain === undefined ? {} : { chain }),
    privateKey,
    serial: (x509.serialNumber.toLowerCase().match(/../g) ?? []).join(':'),
    issuer: issuer.replaceAll('\n', ','),
    subject: subject.replaceAll('\n', ','),
    keyAlgorithm: algorithm,
    signatureAlgorithm: signatureAlgorithm(x509),
    notBefore: Date.parse(x509.validFrom),
    notAfter: Date.parse(x509.validTo),
  };
}

function checkChain(certificate: X509Certificate, chain: string): X509Certificate[] {
  const links = blocks(chain).map((block) => readCertificate(block, 'The certificate chain is not valid.'));
  if (links.length === 0) throw new AwsError('ValidationException', 'The certificate chain is not valid.');
  let child = certificate;
  for (const parent of links) {
    if (!child.checkIssued(parent)) throw new AwsError('ValidationException', 'Provided certificate is not a valid self signed. Please provide either a valid self-signed certificate or certificate chain.');
    child = parent;
  }
  return links;
}

/** OpenSSL loads no RSA keys below 2048 bits and no certificate that another one signed with SHA-1: HAProxy would refuse its whole configuration. */
function checkStrength(all: readonly X509Certificate[], key: string): void {
  const unusable = (why: string): AwsError => new AwsError('ValidationException', `The certificate or its chain cannot be used: ${why}`);
  const weak = all.find((one) => /^(sha1|md5|ecdsa-with-sha1$)/i.test(one.signatureAlgorithm ?? '') && one.issuer !== one.subject);
  if (weak !== undefined) throw unusable(`it is signed with ${weak.signatureAlgorithm}`);
  try {
    createSecureContext({ cert: all.map(written).join('\n'), key });
  } catch (error) {
    throw unusable((error as Error).message);
  }
}

function written(x509: X509Certificate): string {
  return x509.toString().trim();
}

function readCertificate(pem: string, message: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new AwsError('ValidationException', message);
  }
}

function readKey(pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem)) throw new AwsError('ValidationException', 'The private key is encrypted. You must provide a private key that is not password protected.');
  try {
    return createPrivateKey(pem);
  } catch {
    throw new AwsError('ValidationException', 'The private key is not valid.');
  }
}

/** Those of "Prerequisites for importing ACM certificates" that OpenSSL takes: not RSA_1024. */
const ALGORITHMS = ['RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_prime256v1', 'EC_secp384r1', 'EC_secp521r1'];

function keyAlgorithm({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  const name = type === 'rsa' ? `RSA_${details?.modulusLength}` : type === 'ec' ? `EC_${details?.namedCurve}` : '';
  if (!ALGORITHMS.includes(name)) throw new AwsError('ValidationException', 'The key algorithm of the certificate is not supported.');
  return name;
}

/** Read from the text that ACM shows, too: `SHA256WITHRSA`. */
function signatureAlgorithm(x509: X509Certificate): string {
  const name = x509.signatureAlgorithm ?? '';
  const match = /^(?:(sha\d+)With(RSA)|ecdsa-with-(SHA\d+))/i.exec(name);
  if (match === null) return name.toUpperCase();
  return match[3] === undefined ? `${match[1]!.toUpperCase()}WITHRSA` : `${match[3].toUpperCase()}WITHECDSA`;
}

function blocks(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

function text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8').trim();
}

function invalid(message: string, pem: string): AwsError {
  return new AwsError('ValidationException', blocks(pem).length === 0 ? 'The certificate field is not a valid PEM certificate.' : message);
}
