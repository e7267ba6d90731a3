// The agent's end of TLS: whom it believes, and how it calls before and after it has a certificate.
import { X509Certificate } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import { connect, type ConnectionOptions, type DetailedPeerCertificate } from 'node:tls';

/** What a host shows and whom it believes; PEM. */
export interface TlsIdentity {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Asked for with every connection: a certificate that was renewed is shown from the next one on. */
export type CurrentTls = () => TlsIdentity;

const TIMEOUT_MS = 15_000;

/** In the words of an operator, with what to do. */
export class TlsRefusal extends Error {}

/** Node's options for a connection. A pinned certificate need not be a root. */
export function tlsOptions(tls: TlsIdentity | { readonly ca?: string }): Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'minVersion'> & { allowPartialTrustChain: true } {
  return { ...tls, minVersion: 'TLSv1.2', allowPartialTrustChain: true };
}

/**
 * The certificate with this fingerprint out of the chain that the server shows, PEM. Nothing is believed yet: the caller connects
 * again and verifies against it. Rejects with TlsRefusal when the server shows no such certificate.
 */
export function findAuthority(server: URL, fingerprint: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const host = bareHost(server.hostname);
    const socket = connect({ host, port: portOf(server), servername: serverName(host), rejectUnauthorized: false, minVersion: 'TLSv1.2', timeout: TIMEOUT_MS });
    socket.once('secureConnect', () => {
      const chain = chainOf(socket.getPeerCertificate(true));
      socket.destroy();
      const found = chain.find((raw) => new X509Certificate(raw).fingerprint256.replaceAll(':', '').toLowerCase() === fingerprint);
      if (found !== undefined) return resolve(new X509Certificate(found).toString());
      reject(new TlsRefusal(`${server.host} is not the control plane that made this token: its certificate has another authority (expected SHA-256 ${fingerprint})`));
    });
    socket.once('timeout', () => socket.destroy(new Error(`no answer from ${server.host} in ${TIMEOUT_MS / 1000} s`)));
    socket.once('error', (error) => reject(explain(error, server)));
  });
}

/** Posts JSON. Rejects with TlsRefusal or a network error. */
export function postJson(server: URL, path: string, body: string, headers: Readonly<Record<string, string>>, tls: TlsIdentity | { readonly ca?: string }): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = httpsRequest(new URL(path, server), { method: 'POST', agent: false, headers: sent, timeout: TIMEOUT_MS, ...tlsOptions(tls) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer from ${server.host} in ${TIMEOUT_MS / 1000} s`)));
    request.on('error', (error) => reject(explain(error, server)));
    request.end(body);
  });
}

/** OpenSSL's refusals in words; any other error as it is. */
export function explain(error: Error & { readonly code?: string }, server: URL): Error {
  switch (error.code) {
    case 'CERT_NOT_YET_VALID':
    case 'CERT_HAS_EXPIRED':
      return new TlsRefusal(`the certificate of ${server.host} ${error.code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'} by the clock of this host: is the clock right?`);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return new TlsRefusal(`the certificate of ${server.host} is for other names: start the control plane with --tls-name ${bareHost(server.hostname)}`);
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'CERT_SIGNATURE_FAILURE':
      return new TlsRefusal(`${server.host} is not the control plane that this host joined: its certificate has another authority (${error.code})`);
    default:
      return error;
  }
}

/** `https://h` is port 443. */
export function portOf(server: URL): number {
  return server.port === '' ? 443 : Number(server.port);
}

/** IPv6 without brackets. */
export function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** SNI carries names only. */
export function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}

function chainOf(peer: DetailedPeerCertificate): Buffer[] {
  const chain: Buffer[] = [];
  const seen = new Set<string>();
  for (let one: DetailedPeerCertificate | undefined = peer; one?.raw !== undefined && !seen.has(one.fingerprint256); one = one.issuerCertificate) {
    seen.add(one.fingerprint256);
    chain.push(one.raw);
  }
  return chain;
}
