// PEM as a client imports it: read, checked, and the facts that the API shows.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { Certificate } from '#model/load-balancer.ts';
import { AwsError } from '#wire/aws-error.ts';

export type ParsedCertificate = Omit<Certificate, 'arn' | 'account' | 'region' | 'tags' | 'importedAt'>;

/** Throws ValidationException in ACM's words. @param now epoch milliseconds */
export function parseCertificate(pem: Uint8Array | undefined, keyPem: Uint8Array | undefined, chainPem: Uint8Array | undefined, now: number): ParsedCertificate {
  const certificate = text(pem);
  const privateKey = text(keyPem);
  const chain = chainPem === undefined ? undefined : text(chainPem);
  if (blocks(certificate).length !== 1) throw invalid('The certificate field contains more than one certificate. You can specify only one certificate in this field.', certificate);
  const x509 = readCertificate(certificate, 'The certificate is not valid.');
  const key = readKey(privateKey);
  if (!x509.checkPrivateKey(key)) throw new AwsError('ValidationException', 'The private key does not match the certificate.');
  if (Date.parse(x509.validTo) <= now) throw new AwsError('ValidationException', 'The certificate that is used for import has expired.');
  if (Date.parse(x509.validFrom) > now) throw new AwsError('ValidationException', 'The certificate that is used for import is not yet valid.');
  if (chain !== undefined) checkChain(x509, chain);
  const names = (x509.subjectAltName ?? '').split(', ').filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4));
  const common = /(?:^|\n)CN=(.+)/.exec(x509.subject)?.[1];
  return {
    domainName: common ?? names[0] ?? '',
    subjectAlternativeNames: names.length > 0 ? names : common === undefined ? [] : [common],
    certificate,
    ...(chain === undefined ? {} : { chain }),
    privateKey,
    serial: (x509.serialNumber.toLowerCase().match(/../g) ?? []).join(':'),
    issuer: x509.issuer.replaceAll('\n', ','),
    subject: x509.subject.replaceAll('\n', ','),
    keyAlgorithm: keyAlgorithm(x509.publicKey),
    signatureAlgorithm: signatureAlgorithm(x509),
    notBefore: Date.parse(x509.validFrom),
    notAfter: Date.parse(x509.validTo),
  };
}

function checkChain(certificate: X509Certificate, chain: string): void {
  const links = blocks(chain).map((block) => readCertificate(block, 'The certificate chain is not valid.'));
  if (links.length === 0) throw new AwsError('ValidationException', 'The certificate chain is not valid.');
  let child = certificate;
  for (const parent of links) {
    if (!child.checkIssued(parent)) throw new AwsError('ValidationException', 'Provided certificate is not a valid self signed. Please provide either a valid self-signed certificate or certificate chain.');
    child = parent;
  }
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

function keyAlgorithm(key: KeyObject): string {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa') return `RSA_${details?.modulusLength ?? 2048}`;
  if (key.asymmetricKeyType === 'ec') return `EC_${details?.namedCurve ?? 'prime256v1'}`;
  throw new AwsError('ValidationException', 'The key algorithm of the certificate is not supported.');
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
