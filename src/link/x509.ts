// X.509 on both ends of the link: the control plane's own authority, its server certificate, and hosts' client certificates.
// ECDSA P-256 throughout. Loaded only where certificates are made (tens of milliseconds).
// oxlint-disable-next-line no-unassigned-import -- what @peculiar/x509 needs to be there before it.
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, randomBytes, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export interface CertifiedKey {
  /** PEM */
  readonly certificate: string;
  /** PKCS 8 PEM */
  readonly key: string;
}

export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface IssuedCertificate {
  readonly certificate: string;
  /** Upper-case hex, as Node shows a peer's. */
  readonly serial: string;
  /** SPKI, base64. */
  readonly publicKey: string;
}

/** A self-signed authority that may sign end certificates and nothing below. */
export async function makeAuthority(name: string, validity: Validity): Promise<CertifiedKey> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: [name] }],
    ...dates(validity),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await keyText(keys) };
}

/** A server certificate for these host names and addresses. */
export async function issueServer(authority: CertifiedKey, names: readonly string[], validity: Validity): Promise<CertifiedKey> {
  const keys = await makeKeys();
  const subjects = names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }));
  const { certificate } = await issue(authority, { name: 'longshore', publicKey: keys.publicKey, validity, usage: x509.ExtendedKeyUsage.serverAuth, more: [new x509.SubjectAlternativeNameExtension(subjects)] });
  return { certificate, key: await keyText(keys) };
}

/** A new private key, PKCS 8 PEM. */
export async function makePrivateKey(): Promise<string> {
  return keyText(await makeKeys());
}

/** A certificate request for this private key. Its signature proves that the asker holds the key. */
export async function makeRequest(privateKey: string, name: string): Promise<string> {
  const keys = await importKeys(privateKey);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: [{ CN: [name] }], keys, signingAlgorithm: ALGORITHM });
  return request.toString('pem');
}

/** The public key of a certificate request (SPKI, base64); undefined unless it is one of ours: P-256, and signed by its own key. */
export async function readRequest(pem: string): Promise<string | undefined> {
  try {
    const request = new x509.Pkcs10CertificateRequest(pem);
    const { name, namedCurve } = request.publicKey.algorithm as { name?: string; namedCurve?: string };
    if (name !== 'ECDSA' || namedCurve !== 'P-256' || !(await request.verify())) return undefined;
    return Buffer.from(request.publicKey.rawData).toString('base64');
  } catch {
    return undefined;
  }
}

/** A client certificate in the name of a host. @param publicKey SPKI, base64 */
export async function issueClient(authority: CertifiedKey, name: string, publicKey: string, validity: Validity): Promise<IssuedCertificate> {
  const key = await webcrypto.subtle.importKey('spki', Buffer.from(publicKey, 'base64'), ALGORITHM, true, ['verify']);
  const issued = await issue(authority, { name, publicKey: key, validity, usage: x509.ExtendedKeyUsage.clientAuth, more: [] });
  return { ...issued, publicKey };
}

/** SHA-256 of a certificate's DER, lower-case hex without colons. */
export function fingerprintOf(pem: string): string {
  return new NodeCertificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}

/** The certificates of a PEM text, in order. */
export function splitChain(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

interface Issue {
  readonly name: string;
  readonly publicKey: CryptoKey;
  readonly validity: Validity;
  readonly usage: x509.ExtendedKeyUsage;
  readonly more: readonly x509.Extension[];
}

async function issue(authority: CertifiedKey, { name, publicKey, validity, usage, more }: Issue): Promise<{ certificate: string; serial: string }> {
  const signer = new x509.X509Certificate(authority.certificate);
  const { privateKey } = await importKeys(authority.key);
  const serial = newSerial();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial,
    subject: [{ CN: [name] }],
    issuer: signer.subject,
    ...dates(validity),
    publicKey,
    signingKey: privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey),
      ...more,
    ],
  });
  return { certificate: certificate.toString('pem'), serial: serial.toUpperCase() };
}

/** Positive and of full length, so that every reader shows the same digits. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function dates({ notBefore, notAfter }: Validity): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function keyText({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }).toString();
}

async function importKeys(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const secret = createPrivateKey(pem);
  const [pkcs8, spki] = [secret.export({ format: 'der', type: 'pkcs8' }), createPublicKey(secret).export({ format: 'der', type: 'spki' })];
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', spki, ALGORITHM, true, ['verify']),
  };
}
