// The life of a host's client certificate: when it is renewed, and which ones are good.
import type { JoinedHost } from '#model/joined-host.ts';

export const CERTIFICATE_LIFE_MS = 7 * 24 * 3_600_000;
/** The certificate before the last one stays good for so long. */
export const OVERLAP_MS = 3_600_000;

/** HO7: when to ask for the next certificate. */
export function renewAt(certificate: { readonly notBefore: number; readonly notAfter: number }): number {
  return certificate.notBefore + ((certificate.notAfter - certificate.notBefore) * 2) / 3;
}

/** The host with a new certificate in force. @param shown serial that the host asked with: it may never see the answer, so this one stays good for a while */
export function withCertificate(host: JoinedHost, shown: string, next: { readonly serial: string; readonly publicKey: string; readonly expiresAt: number }, now: number): JoinedHost {
  return { ...host, serial: next.serial, publicKey: next.publicKey, certificateExpiresAt: next.expiresAt, previousSerial: shown, previousUntil: now + OVERLAP_MS };
}

/** Why a certificate of this serial is not good for the host, or undefined. */
export function checkSerial(host: JoinedHost, serial: string, now: number): string | undefined {
  if (serial === host.serial) return undefined;
  if (serial === host.previousSerial && now < (host.previousUntil ?? 0)) return undefined;
  return serial === host.previousSerial
    ? 'its certificate was replaced by a newer one: another agent renewed it, from a copy of the same data folder'
    : 'its certificate is not the one in force';
}
