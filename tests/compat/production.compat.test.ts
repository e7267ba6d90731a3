// examples/production: a task definition as production has them, registered and run unchanged with the AWS CLI. What each container was given
// is in its log; the token of the log driver arrives at a collector; and nothing that is secret is shown.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const run = promisify(execFile);
const EXAMPLE = join(import.meta.dirname, '../../examples/production');
const SECRETS = { API_TOKEN: 'api-token-4711', SPLUNK_TOKEN: 'splunk-token-0815' };
let platform: TestPlatform;
let collector: Server;
let dockerConfig: string;
const collected: { token: string | undefined; text: string }[] = [];

async function aws(...args: readonly string[]): Promise<any> {
  const { stdout } = await run(AWS_CLI, ['--endpoint-url', platform.url, '--output', 'json', ...args], { env: platform.env, maxBuffer: 16 << 20 });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

before(async () => {
  collector = createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += String(chunk);
    collected.push({ token: req.headers.authorization, text });
    res.end('{}');
  }).listen(8088, '127.0.0.1');
  await once(collector, 'listening');
  assert.equal((collector.address() as AddressInfo).port, 8088);
  dockerConfig = mkdtempSync(join(tmpdir(), 'longshore-docker-'));
  platform = await startPlatform({ agent: ['--pool', 'fargate', '--overcommit', '4'] });
});
after(async () => {
  await platform?.stop();
  collector?.close();
  collector?.closeAllConnections();
  rmSync(dockerConfig, { recursive: true, force: true });
});

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

test('it runs as it stands: order, health, secrets of every kind, files, limits', async () => {
  const { stdout } = await run(join(EXAMPLE, 'setup.sh'), { env: { ...platform.env, ...SECRETS, AWS_CLI, DOCKER_CONFIG: dockerConfig }, timeout: 180_000 });
  assert.match(stdout, /task-definition\/shop:1/);
  const subnet = (await aws('ec2', 'describe-subnets')).Subnets[0].SubnetId;
  const start = async (): Promise<any> => (await aws('ecs', 'run-task', '--launch-type', 'FARGATE', '--task-definition', 'shop', '--network-configuration', `awsvpcConfiguration={subnets=[${subnet}]}`)).tasks[0];
  const { taskArn } = await waitFor('a host', start, { timeoutMs: 30_000, intervalMs: 500 });
  const healthy = async (): Promise<any> => {
    const { tasks } = await aws('ecs', 'describe-tasks', '--tasks', taskArn);
    assert.notEqual(tasks[0].lastStatus, 'STOPPED', JSON.stringify(tasks[0]));
    return tasks[0].lastStatus === 'RUNNING' && tasks[0].healthStatus === 'HEALTHY' ? tasks[0] : undefined;
  };
  const task = await waitFor('the task healthy', healthy, { timeoutMs: 120_000, intervalMs: 1000 });
  const states = Object.fromEntries(task.containers.map((c: any) => [c.name, [c.lastStatus, c.exitCode ?? c.healthStatus]]));
  assert.deepEqual(states, { migrate: ['STOPPED', 0], proxy: ['RUNNING', 'HEALTHY'], app: ['RUNNING', 'HEALTHY'] });

  const stream = `shop/app/${taskArn.split('/').at(-1)}`;
  const lines = await waitFor('the log', async () => {
    const { events } = await aws('logs', 'get-log-events', '--log-group-name', '/shop', '--log-stream-name', stream, '--start-from-head');
    return events.length >= 3 ? events.map((event: any) => event.message) : undefined;
  }, { timeoutMs: 30_000, intervalMs: 500 });
  assert.deepEqual(lines, [
    'STAGE=production CURRENCY=EUR LOG_LEVEL=info GREETING=good "morning"',
    `API_TOKEN=${hash(SECRETS.API_TOKEN)} FEATURES=search,reviews DB_USER=shop DB_PASSWORD=${hash('second')} DB_OLD_PASSWORD=${hash('first')}`,
    'uid=65534 nofile=4096/8192 root=read-only migrated=yes',
  ]);
  await waitFor('the proxy\'s log at the collector', () => collected.some(({ token, text }) => token === `Splunk ${SECRETS.SPLUNK_TOKEN}` && text.includes('proxy up')), { timeoutMs: 30_000 });
  const shown = JSON.stringify([task, await aws('ecs', 'describe-task-definition', '--task-definition', 'shop')]) + platform.log();
  for (const secret of [...Object.values(SECRETS), '"second"']) assert.ok(!shown.includes(secret), secret);
});

test('an environment file that the execution role may not read stops the task with ECS\'s reason', async () => {
  await aws('s3api', 'put-object', '--bucket', 'shop-config', '--key', 'other/shop.env');
  const definition = (await aws('ecs', 'describe-task-definition', '--task-definition', 'shop')).taskDefinition;
  const [app] = definition.containerDefinitions.filter((c: any) => c.name === 'app');
  const container = { name: 'app', image: app.image, essential: true, environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::shop-config/other/shop.env' }] };
  await aws('ecs', 'register-task-definition', '--cli-input-json', JSON.stringify({ family: 'refused', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512', executionRoleArn: definition.executionRoleArn, containerDefinitions: [container] }));
  const subnet = (await aws('ec2', 'describe-subnets')).Subnets[0].SubnetId;
  const { taskArn } = (await aws('ecs', 'run-task', '--launch-type', 'FARGATE', '--task-definition', 'refused', '--network-configuration', `awsvpcConfiguration={subnets=[${subnet}]}`)).tasks[0];
  await aws('ecs', 'wait', 'tasks-stopped', '--tasks', taskArn);
  const [stopped] = (await aws('ecs', 'describe-tasks', '--tasks', taskArn)).tasks;
  assert.match(stopped.stoppedReason, /^ResourceInitializationError: failed to download env files: file download command: non empty error stream: AccessDenied: User: .*s3:GetObject on resource: arn:aws:s3:::shop-config\/other\/shop\.env/);
});
