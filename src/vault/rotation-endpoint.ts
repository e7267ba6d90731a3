// Calls a rotation endpoint: POST of the event that AWS would give a Lambda function. Any 2xx answer means that the step is done.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RotationEvent } from './secret-chores.ts';

const TIMEOUT_MS = 30_000;

/** Rejects when the endpoint cannot be reached, takes too long or answers anything but 2xx. What it answers is not read: it may be secret. */
export function callRotationEndpoint(endpoint: string, event: RotationEvent): Promise<void> {
  const body = JSON.stringify(event);
  return new Promise((resolve, reject) => {
    const url = new URL(endpoint);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { method: 'POST', headers, timeout: TIMEOUT_MS, agent: false }, (answer) => {
      answer.resume();
      answer.on('error', reject);
      answer.on('end', () => {
        const status = answer.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve();
        else reject(new Error(`the rotation endpoint answered ${status}`));
      });
    });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('the rotation endpoint did not answer in time')));
    request.end(body);
  });
}
