// Values under a customer's key are shown to whoever may use the key, not to whoever may name the value.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { BatchGetSecretValueCommand, CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, GetParameterHistoryCommand, GetParametersByPathCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { openControlPlane, type ControlPlane } from '#app/control-plane.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';

let folder: string;
let plane: ControlPlane;
let iam: IAMClient;
let kms: KMSClient;
let key: string;

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

function config({ accessKeyId, secretAccessKey }: Keys = plane.credentials) {
  return { endpoint: plane.url, region: plane.credentials.region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-decrypt-'));
  plane = await openControlPlane({ dataDir: folder, listen: '127.0.0.1', port: 0, auth: 'strict', logLevel: 'error' }, { clock: systemClock, random: systemRandom, log: silentLogger });
  [iam, kms] = [new IAMClient(config()), new KMSClient(config())];
  key = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
  const [ssm, sm] = [new SSMClient(config()), new SecretsManagerClient(config())];
  await ssm.send(new PutParameterCommand({ Name: '/k/own', Type: 'SecureString', Value: 'own', KeyId: key }));
  await ssm.send(new PutParameterCommand({ Name: '/k/aws', Type: 'SecureString', Value: 'aws' }));
  await sm.send(new CreateSecretCommand({ Name: 'own', SecretString: 'own', KmsKeyId: key }));
  await sm.send(new CreateSecretCommand({ Name: 'aws', SecretString: 'aws' }));
  ssm.destroy();
  sm.destroy();
});
after(async () => {
  iam.destroy();
  kms.destroy();
  await plane.close();
  rmSync(folder, { recursive: true, force: true });
});

async function userWith(name: string, ...more: object[]): Promise<{ ssm: SSMClient; sm: SecretsManagerClient }> {
  await iam.send(new CreateUserCommand({ UserName: name }));
  const read = { Effect: 'Allow', Action: ['ssm:Get*', 'secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'], Resource: '*' };
  await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [read, ...more] }) }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  const keys = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  return { ssm: new SSMClient(config(keys)), sm: new SecretsManagerClient(config(keys)) };
}

const parameter = (Name: string, WithDecryption = true): GetParameterCommand => new GetParameterCommand({ Name, WithDecryption });
const kmsRefusal = { name: 'AccessDeniedException', message: /ciphertext refers to a customer master key/ };

test('who may name a value but not use its key gets neither value nor batch nor history; AWS\'s own keys ask nothing', async () => {
  const { ssm, sm } = await userWith('keyless');
  await assert.rejects(ssm.send(parameter('/k/own')), kmsRefusal);
  await assert.rejects(ssm.send(new GetParametersCommand({ Names: ['/k/aws', '/k/own'], WithDecryption: true })), kmsRefusal);
  await assert.rejects(ssm.send(new GetParametersByPathCommand({ Path: '/k', WithDecryption: true })), kmsRefusal);
  await assert.rejects(ssm.send(new GetParameterHistoryCommand({ Name: '/k/own', WithDecryption: true })), kmsRefusal);
  await assert.rejects(ssm.send(parameter('/k/own:1')), kmsRefusal);
  await assert.rejects(sm.send(new GetSecretValueCommand({ SecretId: 'own' })), { name: 'AccessDeniedException', message: 'Access to KMS is not allowed' });
  await assert.rejects(sm.send(new BatchGetSecretValueCommand({ SecretIdList: ['aws', 'own'] })), { name: 'AccessDeniedException' });
  assert.equal((await ssm.send(parameter('/k/aws'))).Parameter?.Value, 'aws');
  assert.notEqual((await ssm.send(parameter('/k/own', false))).Parameter?.Value, 'own');
  assert.equal((await sm.send(new GetSecretValueCommand({ SecretId: 'aws' }))).SecretString, 'aws');
  await assert.rejects(ssm.send(parameter('/k/nothing')), { name: 'ParameterNotFound' });
});

test('who may use the key gets them, as far as conditions on service and encryption context hold', async () => {
  const allow = (Condition: object) => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: key, Condition });
  const viaSsm = await userWith('via-ssm', allow({ StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com', 'kms:EncryptionContext:PARAMETER_ARN': 'arn:aws:ssm:us-east-1:000000000000:parameter/k/own' } }));
  assert.equal((await viaSsm.ssm.send(parameter('/k/own'))).Parameter?.Value, 'own');
  assert.equal((await viaSsm.ssm.send(new GetParametersByPathCommand({ Path: '/k', WithDecryption: true }))).Parameters?.length, 2);
  await assert.rejects(viaSsm.sm.send(new GetSecretValueCommand({ SecretId: 'own' })), { name: 'AccessDeniedException' });
  const all = await userWith('all', allow({}));
  assert.equal((await all.sm.send(new GetSecretValueCommand({ SecretId: 'own' }))).SecretString, 'own');
});

test('the key\'s own policy counts: it refuses a user whose policy allows', async () => {
  const user = await userWith('barred', { Effect: 'Allow', Action: 'kms:*', Resource: '*' });
  assert.equal((await user.ssm.send(parameter('/k/own'))).Parameter?.Value, 'own');
  const root = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' };
  const deny = { Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::000000000000:user/barred' }, Action: 'kms:Decrypt', Resource: '*' };
  await kms.send(new PutKeyPolicyCommand({ KeyId: key, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [root, deny] }) }));
  await assert.rejects(user.ssm.send(parameter('/k/own')), kmsRefusal);
  await assert.rejects(user.sm.send(new GetSecretValueCommand({ SecretId: 'own' })), { name: 'AccessDeniedException' });
});
