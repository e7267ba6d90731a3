// Calls of the operator that AWS has none of: `/_admin/…`, signed in the name of the service `longshore`.
import { systemClock } from '#base/system/clock.ts';
import { createSigner } from '#link/signer.ts';
import type { Credentials } from './credentials.ts';

/** The answer's body, whatever the status: errors are in its member `error`. */
export async function callAdmin<Answer>(credentials: Credentials, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, input?: object): Promise<Answer> {
  const url = new URL(path, credentials.endpoint);
  const sign = createSigner({ credentials, region: credentials.region, clock: systemClock });
  const body = input === undefined ? {} : { body: JSON.stringify(input) };
  const { host: _host, ...headers } = await sign({ service: 'longshore', method, url, headers: { 'content-type': 'application/json' }, ...body });
  const response = await fetch(url, { method, headers, ...body });
  return (await response.json()) as Answer;
}
