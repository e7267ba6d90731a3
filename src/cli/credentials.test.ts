// What `./longshore env` prints is shell that means exactly the keys.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { renderEnvironment } from './credentials.ts';

const credentials = { endpoint: 'http://127.0.0.1:4566', account: '000000000000', region: 'eu-central-1', accessKeyId: 'AKIA1', secretAccessKey: "a+b/c'd $x" };

test('every value survives the shell, and a session of a real account is taken away', () => {
  const script = `AWS_SESSION_TOKEN=real; AWS_PROFILE=work; ${renderEnvironment(credentials)}
printf '%s\\n' "$AWS_ENDPOINT_URL" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_REGION" "$AWS_DEFAULT_REGION" "$\{AWS_SESSION_TOKEN-none}" "$\{AWS_PROFILE-none}"`;
  const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  assert.deepEqual(printed.trimEnd().split('\n'), [credentials.endpoint, 'AKIA1', credentials.secretAccessKey, 'eu-central-1', 'eu-central-1', 'none', 'none']);
});
