// The AWS SDK inside a container: examples/task-role as its README has it, then what a container that means no good might try.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { docker } from '#tests/support/docker.ts';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const run = promisify(execFile);
const EXAMPLE = join(import.meta.dirname, '../../examples/task-role');
const IMAGE = 'longshore-example/task-role';
let platform: TestPlatform;
let subnet: string;

async function aws(...args: readonly string[]): Promise<any> {
  const { stdout } = await run(AWS_CLI, ['--endpoint-url', platform.url, '--output', 'json', ...args], { cwd: EXAMPLE, env: platform.env, maxBuffer: 16 << 20 });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

before(async () => {
  await run(process.execPath, [join(EXAMPLE, 'build-image.ts'), IMAGE]);
  platform = await startPlatform({ agent: ['--pool', 'fargate', '--overcommit', '4'] });
  await aws('iam', 'create-role', '--role-name', 'shop', '--assume-role-policy-document', 'file://trust.json');
  await aws('iam', 'put-role-policy', '--role-name', 'shop', '--policy-name', 'parameters', '--policy-document', 'file://policy.json');
  await aws('iam', 'create-role', '--role-name', 'shop-execution', '--assume-role-policy-document', 'file://trust.json');
  await aws('iam', 'attach-role-policy', '--role-name', 'shop-execution', '--policy-arn', 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy');
  await aws('ssm', 'put-parameter', '--name', '/shop/greeting', '--type', 'SecureString', '--value', 'good morning');
  await aws('ssm', 'put-parameter', '--name', '/bank/pin', '--type', 'SecureString', '--value', '4711');
  await aws('ecs', 'create-cluster', '--cluster-name', 'shop', '--tags', 'key=longshore:api-endpoint,value=enabled');
  await aws('ecs', 'create-cluster', '--cluster-name', 'plain');
  await aws('ecs', 'register-task-definition', '--cli-input-json', 'file://task-definition.json');
  subnet = (await aws('ec2', 'describe-subnets')).Subnets[0].SubnetId;
});
after(async () => platform?.stop());

async function runTask(cluster: string, definition: string, ...more: string[]): Promise<string> {
  const network = `awsvpcConfiguration={subnets=[${subnet}]}`;
  const once = async (): Promise<any> => (await aws('ecs', 'run-task', '--cluster', cluster, '--launch-type', 'FARGATE', '--task-definition', definition, '--network-configuration', network, ...more)).tasks[0];
  return (await waitFor('a host', once, { timeoutMs: 30_000, intervalMs: 500 })).taskArn;
}

async function messagesOf(taskArn: string): Promise<any[]> {
  const stream = `app/app/${taskArn.split('/').at(-1)}`;
  const { events } = await aws('logs', 'get-log-events', '--log-group-name', '/examples/task-role', '--log-stream-name', stream, '--start-from-head');
  return events.map((event: { message: string }) => JSON.parse(event.message));
}

test('the task role allows one path and refuses another', async () => {
  const task = await runTask('shop', 'task-role');
  await aws('ecs', 'wait', 'tasks-stopped', '--cluster', 'shop', '--tasks', task);
  const [greeting, pin] = await waitFor('the log', async () => {
    const found = await messagesOf(task).catch(() => []);
    return found.length === 2 ? found : undefined;
  }, { timeoutMs: 20_000 });
  assert.deepEqual(greeting, { name: '/shop/greeting', value: 'good morning' });
  assert.equal(pin.error, 'AccessDeniedException');
  assert.match(pin.message, /assumed-role\/shop\/[0-9a-f]{32} is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:us-east-1:000000000000:parameter\/bank\/pin/);
});

interface Resident {
  readonly arn: string;
  /** Runs an expression in the container's Node; what it prints. */
  evaluate(code: string): Promise<string>;
}

/** A task that stays, with the role or without. */
async function resident(cluster: string, definition: string): Promise<Resident> {
  const arn = await runTask(cluster, definition);
  await aws('ecs', 'wait', 'tasks-running', '--cluster', cluster, '--tasks', arn);
  const id = docker('ps', '-q', '--filter', `label=com.amazonaws.ecs.task-arn=${arn}`, '--filter', 'label=com.amazonaws.ecs.container-name=app');
  return { arn, evaluate: async (code) => (await run('docker', ['exec', id, '/bin/node', '-e', code], { timeout: 30_000 })).stdout.trim() };
}

const base = { requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu: '256', memory: '512', containerDefinitions: [{ name: 'app', image: IMAGE, entryPoint: ['/bin/node', '-e', 'setInterval(() => {}, 1e9)'] }] };

test('a container reaches neither the API without credentials, nor another task, nor the platform itself', async () => {
  await aws('ecs', 'register-task-definition', '--cli-input-json', JSON.stringify({ ...base, family: 'with-role', taskRoleArn: 'arn:aws:iam::000000000000:role/shop' }));
  await aws('ecs', 'register-task-definition', '--cli-input-json', JSON.stringify({ ...base, family: 'without-role' }));
  const [victim, thief] = await Promise.all([resident('shop', 'with-role'), resident('plain', 'without-role')]);
  const known = JSON.parse(await victim.evaluate('console.log(JSON.stringify(process.env))')) as Record<string, string>;
  const api = known['AWS_ENDPOINT_URL'] ?? '';
  assert.match(api, /^http:\/\/169\.254\.170\.2:\d+$/);
  assert.deepEqual([known['AWS_REGION'], known['AWS_DEFAULT_REGION'], known['AWS_EXECUTION_ENV']], ['us-east-1', 'us-east-1', 'AWS_ECS_FARGATE']);
  assert.equal(await thief.evaluate('console.log(process.env.AWS_ENDPOINT_URL ?? "none", process.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ?? process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? "none")'), 'none none');

  const credentials = known['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? `http://169.254.170.2${known['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']}`;
  const status = (from: Resident, url: string, init = '{}'): Promise<string> => from.evaluate(`fetch(${JSON.stringify(url)}, ${init}).then((r) => console.log(r.status), (e) => console.log(e.cause?.code ?? e.message))`);
  assert.equal(await status(victim, credentials), '200');
  assert.deepEqual([await status(thief, credentials), await status(thief, known['ECS_CONTAINER_METADATA_URI_V4'] ?? '')], ['400', '404']);

  // The API itself: no signature, no service; what is not the API is not there.
  const unsigned = `{ method: 'POST', body: '{}', headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters', 'content-type': 'application/x-amz-json-1.1' } }`;
  assert.equal(await thief.evaluate(`fetch('${api}', ${unsigned}).then(async (r) => console.log(r.status, (await r.json()).__type))`), '400 MissingAuthenticationTokenException');
  for (const path of ['/_health', '/_metrics', '/_admin/accounts', '/v2/']) assert.equal(await status(thief, `${api}${path}`), '404', path);
  // The control plane listens on the host's loopback: not the container's.
  assert.equal(await status(thief, `${platform.url}/_health`), 'ECONNREFUSED');

  await Promise.all([['shop', victim], ['plain', thief]].map(([cluster, { arn }]: any) => aws('ecs', 'stop-task', '--cluster', cluster, '--task', arn)));
  await waitFor('their containers gone', () => [victim, thief].every(({ arn }) => docker('ps', '-aq', '--filter', `label=com.amazonaws.ecs.task-arn=${arn}`) === ''), { timeoutMs: 90_000 });
});
