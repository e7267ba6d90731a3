// Secrets of tasks: fetched as the execution role, given to the container alone, and a refusal in ECS's words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { AgentApiError } from '#link/agent-api.ts';
import type { PayloadSecret, PayloadTask, RoleCredentials } from '#link/messages.ts';
import { fakeRuntime } from '#tests/support/fake-runtime.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { createAgent } from '../agent.ts';
import { payloadContainer, payloadTask, testPlane } from '../agent.fixture.ts';
import { memoryStateStore } from '../state-store.ts';
import type { SecretStores } from './task-secrets.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:db-AbCdEf';
const ROLE: RoleCredentials = {
  credentialsId: 'c-1', accessKeyId: 'ASIAEXEC', secretAccessKey: 'role-secret-key', sessionToken: 'role-session-token', roleArn: 'arn:aws:iam::000000000000:role/exec', expiration: '2030-01-01T00:00:00Z',
};

const env = (name: string, valueFrom: string, more: Partial<PayloadSecret> = {}): PayloadSecret => ({
  name, valueFrom, provider: valueFrom.includes(':secretsmanager:') ? 'asm' : 'ssm', region: valueFrom.split(':')[3] ?? 'us-east-1', type: 'ENVIRONMENT_VARIABLE', target: 'CONTAINER', ...more,
});

interface Asked {
  readonly region: string;
  readonly as: string | undefined;
  readonly target: string;
  readonly body: Record<string, unknown>;
}

/** Parameters and one JSON secret; `away` calls fail first as if nobody were there. */
function stores(asked: Asked[], away = 0): SecretStores {
  const parameters: Record<string, string> = { '/app/token': 'token-value' };
  return {
    async readObject(_, region, credentials, { bucket, key }) {
      asked.push({ region, as: credentials?.accessKeyId, target: 's3', body: { bucket, key } });
      if (key === 'a.env') return 'FIRST=a\nBOTH=a\nDEFINED=a\n';
      if (key === 'b.env') return 'SECOND=b\nBOTH=b\n';
      throw new AgentApiError('AccessDenied', 'Access Denied', 403);
    },
    client: (_, region, credentials) => ({
      close() {},
      async callAwsJson(target, body) {
        if (away-- > 0) throw new Error('ECONNREFUSED');
        const input = body as Record<string, any>;
        asked.push({ region, as: credentials?.accessKeyId, target, body: input });
        if (target === 'AmazonSSM.GetParameters') {
          const names = input['Names'] as string[];
          return { Parameters: names.filter((n) => n in parameters).map((n) => ({ Name: n, ARN: '', Value: parameters[n] })), InvalidParameters: names.filter((n) => !(n in parameters)) };
        }
        if (input['SecretId'] !== SECRET) throw new AgentApiError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.", 400);
        return { SecretString: JSON.stringify({ user: 'u', pass: `p-${String(input['VersionStage'] ?? 'AWSCURRENT')}`, username: 'reg', password: 'reg-pass' }) };
      },
    }),
  };
}

function world(away = 0) {
  const clock = virtualClock();
  const random = seededRandom(7);
  const runtime = fakeRuntime({ clock, random, script: () => undefined });
  const plane = testPlane(clock);
  const disk = new Map<string, string>();
  const asked: Asked[] = [];
  const agent = createAgent({
    config: { cluster: 'default', agentVersion: '1', agentHash: 'x', launchType: 'EC2' },
    runtime, api: plane.api, connect: plane.connect, stateStore: memoryStateStore(disk), clock, random, log: silentLogger, secretStores: stores(asked, away),
  });
  const order = async (task: PayloadTask): Promise<void> => {
    await clock.runUntil(() => agent.connected, { what: 'connected' });
    plane.order(task);
  };
  const until = async (arn: string, status: string): Promise<void> => {
    await clock.runUntil(() => plane.statuses(arn).includes(status), { what: status });
  };
  return { runtime, plane, disk, asked, order, until };
}

test('values reach the container that wants them, and neither labels, the report nor the state file', async () => {
  const { plane, runtime, until, asked, disk, order } = world();
  const app = payloadContainer({ secrets: [env('TOKEN', '/app/token'), env('PASS', `${SECRET}:pass::`), env('OLD', `${SECRET}:pass:AWSPREVIOUS:`), env('USER', `${SECRET}:user::`)] });
  const task = payloadTask(1, { containers: [app, payloadContainer({ name: 'side', image: 'side:1', essential: false })], executionRoleCredentials: ROLE });
  await order(task);
  await until(task.arn, 'RUNNING');
  const [made, side] = ['app', 'side'].map((name) => runtime.containers.find((c) => c.spec.labels['com.amazonaws.ecs.container-name'] === name)!.spec);
  for (const line of ['TOKEN=token-value', 'PASS=p-AWSCURRENT', 'OLD=p-AWSPREVIOUS', 'USER=u']) assert.ok(made!.config.Env?.includes(line), line);
  assert.ok(!JSON.stringify(side).includes('token-value'));
  const { Env: _, ...config } = made!.config;
  const elsewhere = JSON.stringify([{ ...made, config }, [...disk], plane.reports, plane.frames]);
  for (const value of ['token-value', 'p-AWSCURRENT', 'role-secret-key', 'role-session-token']) assert.ok(!elsewhere.includes(value), value);
  assert.deepEqual([...new Set(asked.map((a) => a.as))], ['ASIAEXEC']);
  // One JSON secret is asked for once a stage, in its own region.
  assert.deepEqual(asked.map((a) => [a.region, a.target]).sort(), [['eu-west-1', 'secretsmanager.GetSecretValue'], ['eu-west-1', 'secretsmanager.GetSecretValue'], ['us-east-1', 'AmazonSSM.GetParameters']]);
});

test('options of a log driver get theirs, and a registry its credentials', async () => {
  const { runtime, order, until } = world();
  const app = payloadContainer({
    secrets: [env('splunk-token', '/app/token', { target: 'LOG_DRIVER' })],
    registryAuthentication: { type: 'asm', asmAuthData: { credentialsParameter: SECRET, region: 'eu-west-1' } },
    dockerConfig: { config: '{}', hostConfig: JSON.stringify({ LogConfig: { Type: 'splunk', Config: { 'splunk-url': 'https://x' } } }) },
  });
  const task = payloadTask(2, { containers: [app] });
  await order(task);
  await until(task.arn, 'RUNNING');
  const { hostConfig, config } = runtime.containers[0]!.spec;
  assert.deepEqual(hostConfig.LogConfig, { Type: 'splunk', Config: { 'splunk-url': 'https://x', 'splunk-token': 'token-value' } });
  assert.ok(!JSON.stringify(config).includes('token-value'));
});

test('what cannot be fetched stops the task before anything is made, in the words of Fargate and of the agent', async () => {
  const cases = [
    ['FARGATE', env('X', `${SECRET.replace('db', 'no')}`), /^ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: .*failed to fetch secret arn:\S+:secret:no-AbCdEf from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret\.$/],
    ['FARGATE', env('X', `${SECRET}:nope::`), /did not contain json key nope$/],
    ['FARGATE', env('X', '/none'), /^ResourceInitializationError: unable to pull secrets or registry auth: .*unable to retrieve secrets from ssm: .*invalid parameters: \/none$/],
    ['EC2', env('X', '/none'), /^ResourceInitializationError: fetching secret data from SSM Parameter Store in us-east-1: invalid parameters: \/none$/],
    ['EC2', env('X', `${SECRET}:a`), /unexpected ARN format/],
  ] as const;
  for (const [launchType, secret, reason] of cases) {
    const { plane, runtime, order, until } = world();
    const task = payloadTask(3, { launchType, containers: [payloadContainer({ secrets: [secret] })] });
    await order(task);
    await until(task.arn, 'STOPPED');
    assert.match(plane.last(task.arn)?.reason ?? '', reason);
    assert.equal(runtime.containers.length, 0);
  }
});

const file = (key: string): { value: string; type: string } => ({ value: `arn:aws:s3:::box/${key}`, type: 's3' });

test('environment files are read as the execution role; the first that has a name counts, and the definition before all', async () => {
  const { order, until, runtime, asked } = world();
  const task = payloadTask(8, { executionRoleCredentials: ROLE, containers: [payloadContainer({ environment: { DEFINED: 'd' }, environmentFiles: [file('a.env'), file('b.env')] })] });
  await order(task);
  await until(task.arn, 'RUNNING');
  const given = (runtime.containers[0]!.spec.config.Env ?? []).filter((line) => /^(FIRST|SECOND|BOTH|DEFINED)=/.test(line)).toSorted();
  assert.deepEqual(given, ['BOTH=a', 'DEFINED=d', 'FIRST=a', 'SECOND=b']);
  assert.ok(asked.every(({ as }) => as === ROLE.accessKeyId));
});

test('an environment file that cannot be had stops the task in the words of its platform', async () => {
  for (const [launchType, files, reason] of [
    ['FARGATE', [file('a.env'), file('no.env')], /^ResourceInitializationError: failed to download env files: file download command: non empty error stream: AccessDenied: Access Denied$/],
    ['EC2', [file('no.env')], /^ResourceInitializationError: unable to download env file with key no\.env from bucket box: AccessDenied: Access Denied$/],
    ['EC2', [file('no.txt')], /ResourceInitializationError: .*no\.txt is not the ARN/],
  ] as const) {
    const { order, until, plane, runtime } = world();
    const task = payloadTask(9, { launchType, executionRoleCredentials: ROLE, containers: [payloadContainer({ environmentFiles: [...files] })] });
    await order(task);
    await until(task.arn, 'STOPPED');
    assert.match(plane.last(task.arn)?.reason ?? '', reason);
    assert.equal(runtime.containers.length, 0);
  }
});

test('a control plane that is away is waited for', async () => {
  const { order, until } = world(3);
  const task = payloadTask(5, { containers: [payloadContainer({ secrets: [env('T', '/app/token')] })] });
  await order(task);
  await until(task.arn, 'RUNNING');
});
