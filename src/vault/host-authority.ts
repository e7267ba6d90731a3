// The authority that signs hosts' client certificates, and the server's own certificate: files below `<dataDir>/tls`, made on first use.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { fingerprintOf, issueClient, issueServer, makeAuthority, splitChain, type CertifiedKey, type IssuedCertificate } from '#link/x509.ts';

export interface HostAuthority {
  /** PEM of the authority that signs clients: what the server asks clients' certificates of. */
  readonly clientAuthority: string;
  /** What hosts believe the server by, PEM, and its SHA-256: it is in join tokens and printed at the start. */
  readonly serverAuthority: string;
  readonly fingerprint: string;
  /** Certificate chain and key of the server. With a generated authority: for `names`, fresh. */
  serverCertificate(names: readonly string[]): Promise<CertifiedKey>;
  /** @param publicKey SPKI, base64 */
  issueHost(hostId: string, publicKey: string, lifeMs: number): Promise<IssuedCertificate & { readonly notBefore: number; readonly notAfter: number }>;
}

export interface HostAuthorityOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  /** The operator's own certificate (chain, leaf first) and key: files. */
  readonly own?: { readonly certFile: string; readonly keyFile: string };
}

const DAY_MS = 24 * 3_600_000;
const AUTHORITY_LIFE_MS = 10 * 365 * DAY_MS;
/** Made anew at every start and, in a process that lives long, every thirty days. */
const SERVER_LIFE_MS = 90 * DAY_MS;
/** Clocks differ: a host whose clock is a little behind gets as far as being told so. */
const BACKDATE_MS = DAY_MS;
/** Signatures allow five minutes either way. */
const CLIENT_BACKDATE_MS = 5 * 60_000;

/** Rejects when the operator's files cannot be read. */
export async function openHostAuthority({ dataDir, clock, own }: HostAuthorityOptions): Promise<HostAuthority> {
  const authority = await loadAuthority(join(dataDir, 'tls'), clock.now());
  const given = own === undefined ? undefined : { certificate: readFileSync(own.certFile, 'utf8'), key: readFileSync(own.keyFile, 'utf8') };
  // Of an own chain the topmost certificate that is shown: the leaf is replaced every few months, its issuer seldom.
  const serverAuthority = given === undefined ? authority.certificate : (splitChain(given.certificate).at(-1) ?? given.certificate);
  return {
    clientAuthority: authority.certificate,
    serverAuthority,
    fingerprint: fingerprintOf(serverAuthority),
    async serverCertificate(names) {
      if (own !== undefined) return { certificate: readFileSync(own.certFile, 'utf8'), key: readFileSync(own.keyFile, 'utf8') };
      const now = clock.now();
      const made = await issueServer(authority, names, { notBefore: now - BACKDATE_MS, notAfter: now + SERVER_LIFE_MS });
      // With the authority behind it: a joining host finds it by its fingerprint.
      return { key: made.key, certificate: `${made.certificate.trimEnd()}\n${authority.certificate}` };
    },
    async issueHost(hostId, publicKey, lifeMs) {
      const now = clock.now();
      const validity = { notBefore: now - CLIENT_BACKDATE_MS, notAfter: now + lifeMs };
      return { ...(await issueClient(authority, hostId, publicKey, validity)), ...validity };
    },
  };
}

async function loadAuthority(folder: string, now: number): Promise<CertifiedKey> {
  const [certFile, keyFile] = [join(folder, 'ca.crt'), join(folder, 'ca.key')];
  if (existsSync(certFile) && existsSync(keyFile)) return { certificate: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  const made = await makeAuthority('Longshore hosts', { notBefore: now - BACKDATE_MS, notAfter: now + AUTHORITY_LIFE_MS });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The certificate last: with both there, both are whole and belong together.
  writeWhole(keyFile, made.key, 0o600);
  writeWhole(certFile, made.certificate, 0o644);
  return made;
}

function writeWhole(file: string, text: string, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
}
