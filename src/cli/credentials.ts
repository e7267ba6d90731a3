// The file in which a server leaves its endpoint and first keys for whoever may read its data folder.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Credentials {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Settings that every AWS SDK client of JavaScript takes. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function credentialsFile(dataDir: string): string {
  return join(dataDir, 'credentials.json');
}

/** Undefined while the server has not written it. */
export function loadCredentials(dataDir: string): Credentials | undefined {
  const file = credentialsFile(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Credentials) : undefined;
}

export function clientConfig(credentials: Credentials): ClientConfig {
  const { endpoint, region, accessKeyId, secretAccessKey } = credentials;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}

/**
 * Shell lines that point AWS CLI and SDKs at the platform. A session token or profile of the user's real account
 * would win over the keys, so they are taken away.
 */
export function renderEnvironment(credentials: Credentials): string {
  const exports: Record<string, string> = {
    AWS_ENDPOINT_URL: credentials.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: credentials.region,
    AWS_REGION: credentials.region,
    // Calls like StartLiveTail would ask for the host `stream-127.0.0.1` otherwise.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  };
  const lines = Object.entries(exports).map(([name, value]) => `export ${name}=${quote(value)}`);
  return ['unset AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE', ...lines].join('\n');
}

function quote(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
