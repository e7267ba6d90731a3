// A whole control plane on disk, spoken to by AWS's own clients: planted secrets are nowhere in its files or its log in clear text,
// and are there again after a restart with the same master key, and only with that.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { openControlPlane, type ControlPlane } from '#app/control-plane.ts';
import type { Logger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';

const PLANTED = ['planted-parameter-3f1c', 'planted-secret-9ab2', 'planted-plaintext-77de'] as const;

function capturingLog(lines: string[]): Logger {
  const note = (message: string, fields?: object): void => void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const log: Logger = { debug: note, info: note, warn: note, error: note, with: () => log };
  return log;
}

function clients(t: TestContext, plane: ControlPlane) {
  const { accessKeyId, secretAccessKey } = plane.credentials;
  const config = { endpoint: plane.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
  const made = { ssm: new SSMClient(config), sm: new SecretsManagerClient(config), kms: new KMSClient(config), iam: new IAMClient(config) };
  t.after(() => Object.values(made).forEach((client) => client.destroy()));
  return made;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}

test('planted secrets are in no file and no log line, and survive a restart', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-at-rest-'));
  const lines: string[] = [];
  const open = () => openControlPlane({ dataDir, listen: '127.0.0.1', port: 0, auth: 'strict', logLevel: 'debug' }, { clock: systemClock, random: systemRandom, log: capturingLog(lines) });
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));

  let plane = await open();
  const first = clients(t, plane);
  const { iam } = first;
  let { ssm, sm, kms } = first;
  await ssm.send(new PutParameterCommand({ Name: '/p', Value: PLANTED[0], Type: 'SecureString' }));
  await sm.send(new CreateSecretCommand({ Name: 's', SecretString: PLANTED[1] }));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext: Buffer.from(PLANTED[2]) }));
  await iam.send(new CreateUserCommand({ UserName: 'ann' }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }));
  const secrets = [...PLANTED, key!.SecretAccessKey!];
  // Refusals are logged and answered without repeating the value.
  await assert.rejects(ssm.send(new PutParameterCommand({ Name: '/p', Value: PLANTED[0], Type: 'SecureString' })), { name: 'ParameterAlreadyExists' });
  await plane.close();

  for (const path of filesBelow(dataDir)) {
    const bytes = readFileSync(path);
    for (const secret of secrets) {
      assert.ok(!bytes.includes(secret), `${secret} in ${path}`);
      assert.ok(!bytes.includes(Buffer.from(secret).toString('base64').slice(0, -4)), `${secret} in base64 in ${path}`);
    }
  }
  for (const line of lines) for (const secret of secrets) assert.ok(!line.includes(secret), line);
  assert.equal(statSync(join(dataDir, 'master-key')).mode & 0o777, 0o600);

  plane = await open();
  ({ ssm, sm, kms } = clients(t, plane));
  assert.equal((await ssm.send(new GetParameterCommand({ Name: '/p', WithDecryption: true }))).Parameter?.Value, PLANTED[0]);
  assert.equal((await sm.send(new GetSecretValueCommand({ SecretId: 's' }))).SecretString, PLANTED[1]);
  assert.equal(Buffer.from((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext ?? []).toString(), PLANTED[2]);
  // The key signs still: it is refused for want of a policy, not for its signature.
  const ann = new IAMClient({ endpoint: plane.url, region: 'us-east-1', credentials: { accessKeyId: key!.AccessKeyId!, secretAccessKey: key!.SecretAccessKey! } });
  t.after(() => ann.destroy());
  await assert.rejects(ann.send(new ListUsersCommand({})), { name: 'AccessDenied' });
  await plane.close();
});
