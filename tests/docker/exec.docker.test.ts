// ECS Exec in real containers: through the independent client of the data channel, and through `./longshore exec`.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  DescribeTasksCommand, ECSClient, ExecuteCommandCommand, RegisterTaskDefinitionCommand, RunTaskCommand, type ContainerDefinition, type Task,
} from '@aws-sdk/client-ecs';
import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { openDataChannel, type DataChannel, type DataChannelOptions } from '#tests/support/data-channel.ts';
import { busyboxImage, docker } from '#tests/support/docker.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

let platform: TestPlatform;
let ecs: ECSClient;
let image: string;
const channels: DataChannel[] = [];

before(async () => {
  image = busyboxImage();
  platform = await startPlatform({ agent: [] });
  ecs = new ECSClient(platform.sdk);
});
after(async () => {
  for (const channel of channels) channel.close();
  ecs?.destroy();
  await platform?.stop();
});

/** A task on the host of this platform, running, with ECS Exec. */
async function runTask(family: string, containers: readonly Partial<ContainerDefinition>[], more: object = {}): Promise<Task> {
  const containerDefinitions = containers.map((container, i) => ({ name: `c${i}`, image, memory: 64, command: ['sleep', '3600'], stopTimeout: 2, ...container }));
  await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions, ...more }));
  const started = await waitFor('a host', async () => {
    const { tasks } = await ecs.send(new RunTaskCommand({ taskDefinition: family, enableExecuteCommand: true, launchType: 'EC2' }));
    return tasks?.[0]?.taskArn;
  }, { timeoutMs: 60_000, intervalMs: 500 });
  return await waitFor('the task', async () => {
    const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: [started] }));
    return tasks?.[0]?.lastStatus === 'RUNNING' ? tasks[0] : undefined;
  }, { timeoutMs: 60_000, intervalMs: 200 });
}

async function open(task: Task, command: string, more: { container?: string } & Partial<DataChannelOptions> = {}): Promise<DataChannel> {
  const { container, ...options } = more;
  const { session } = await ecs.send(new ExecuteCommandCommand({ task: task.taskArn, command, interactive: true, ...(container !== undefined && { container }) }));
  const channel = openDataChannel({ streamUrl: session!.streamUrl!, token: session!.tokenValue!, ...options });
  channels.push(channel);
  return channel;
}

async function ready(channel: DataChannel): Promise<void> {
  await waitFor('the handshake', () => channel.ready || channel.closed !== undefined || channel.closeCode !== undefined, { timeoutMs: 40_000 });
  assert.ok(channel.ready, `${JSON.stringify(channel.closed)} ${channel.closeCode} ${platform.log().slice(-3000)}`);
}
const shows = (channel: DataChannel, text: string | RegExp) =>
  waitFor(`${String(text)} in ${JSON.stringify(channel.text().slice(-500))}`, () => (typeof text === 'string' ? channel.text().includes(text) : text.test(channel.text())), { timeoutMs: 30_000 });
const closes = (channel: DataChannel) => waitFor('the end', () => channel.closed, { timeoutMs: 40_000 });
/** Commands running in the task's containers besides their own process. */
const processes = (task: Task): string => task.containers!.map(({ runtimeId }) => docker('top', runtimeId!, '-o', 'pid,args')).join('\n');

test('a terminal: what is typed comes back, its size follows, the command ends the session', async () => {
  const task = await runTask('exec-terminal', [{ environment: [{ name: 'COLOUR', value: 'teal' }], user: 'nobody', workingDirectory: '/tmp' }]);
  const [container] = task.containers!;
  assert.deepEqual(container!.managedAgents!.map(({ name, lastStatus }) => [name, lastStatus]), [['ExecuteCommandAgent', 'RUNNING']]);
  assert.ok(container!.managedAgents![0]!.lastStartedAt instanceof Date);

  const channel = await open(task, '/bin/sh');
  await ready(channel);
  assert.deepEqual(channel.handshake.RequestedClientActions, [{ ActionType: 'SessionType', ActionParameters: { SessionType: 'InteractiveCommands', Properties: null } }]);
  assert.equal(channel.messages[0]!.type, 'start_publication');
  assert.equal(channel.messages.find((m) => m.type === 'output_stream_data')!.flags, 1n);
  channel.resize(77, 33);
  channel.send(1, 'stty size; echo "$COLOUR $(id -u) $(pwd) $TERM"\r');
  await shows(channel, 'stty size; echo');
  await shows(channel, /33 77\r\nteal 0 \/tmp xterm-256color\r\n/);
  channel.resize(120, 40);
  channel.send(1, 'stty size\r');
  await shows(channel, '40 120\r\n');
  // Control-C ends what runs in the foreground, not the shell.
  channel.send(1, 'sleep 999\r');
  await shows(channel, 'sleep 999\r\n');
  await waitFor('the sleep', () => processes(task).includes('sleep 999'));
  channel.send(1, '\u0003');
  channel.send(1, 'echo after\r');
  await shows(channel, 'after\r\n');
  channel.send(1, 'exit 5\r');
  assert.equal((await closes(channel)).Output, '');
});

test('the whole output of a command that ends at once, on a read-only root, with one of two containers', async () => {
  const task = await runTask('exec-two', [{ readonlyRootFilesystem: true }, { readonlyRootFilesystem: true, environment: [{ name: 'ME', value: 'second' }] }]);
  await assert.rejects(open(task, 'true'), { name: 'InvalidParameterException', message: 'A container name must be specified for tasks with multiple containers.' });
  await assert.rejects(open(task, 'true', { container: 'c9' }), { name: 'InvalidParameterException' });
  const channel = await open(task, `sh -c 'seq 1 20000; echo "$ME"; touch /x || echo read-only'`, { container: 'c1' });
  await closes(channel);
  const lines = channel.text().split('\r\n');
  assert.deepEqual(lines.slice(0, 20_000), Array.from({ length: 20_000 }, (_, i) => String(i + 1)));
  assert.match(lines.slice(20_000).join('|'), /^second\|.*Read-only file system\|read-only\|$/);
  const missing = await open(task, 'no-such-program', { container: 'c0' });
  assert.equal((await closes(missing)).Output, '');
  assert.match(missing.text(), /no-such-program/);
});

test('a session that ends leaves no process behind; a client may come back to one that was cut off', async () => {
  const task = await runTask('exec-leftovers', [{}]);
  const channel = await open(task, `sh -c 'sleep 1111 & trap "" HUP; sleep 2222'`);
  await ready(channel);
  await waitFor('the sleeps', () => processes(task).includes('sleep 2222'));
  channel.send(10, Buffer.from([0, 0, 0, 2]));
  assert.equal((await closes(channel)).Output, 'The session was terminated.');
  await waitFor('no sleep', () => !/sleep (1111|2222)/.test(processes(task)), { timeoutMs: 30_000 });
});

test('with our own client: pipes carry bytes, streams are apart, the exit code comes back', async () => {
  const task = await runTask('exec-pipes', [{}]);
  const bytes = Buffer.alloc(3_000_000, Buffer.from(Array.from({ length: 256 }, (_, i) => i)));
  const copied = await longshore(['--task', task.taskArn!, '--', 'cat'], bytes);
  assert.equal(copied.code, 0, `${copied.stdout.length} bytes came back: ${copied.stderr.toString()} ${copied.stdout.toString().slice(0, 300)}`);
  assert.ok(copied.stdout.equals(bytes), `${copied.stdout.length} bytes came back: ${copied.stderr.toString()} ${copied.stdout.toString().slice(0, 300)}`);
  const failed = await longshore(['--task', task.taskArn!, '--container', 'c0', '--', 'sh', '-c', 'echo "to $1"; echo problem >&2; exit 7', 'sh', 'a b'], Buffer.alloc(0));
  assert.deepEqual([failed.code, failed.stdout.toString(), failed.stderr.toString()], [7, 'to a b\n', 'problem\n']);
});

test('twenty sessions at once, ten megabytes each: nothing is lost', async () => {
  const bytes = 10_000_000;
  const tasks = await Promise.all(Array.from({ length: 10 }, () => runTask('exec-many', [{}])));
  const opened = await Promise.all([...tasks, ...tasks].map((of) => open(of, `sh -c 'yes 0123456789abcdef | head -c ${bytes}'`, { more: { Longshore: { Tty: false } } })));
  const seen = opened.map((channel) => {
    const hash = createHash('sha256');
    let size = 0;
    channel.onOutput = (data) => {
      hash.update(data);
      size += data.length;
      channel.forget();
    };
    return () => [size, hash.digest('hex')];
  });
  await Promise.all(opened.map((channel) => waitFor('the end', () => channel.closed, { timeoutMs: 180_000 })));
  const expected = createHash('sha256').update(Buffer.alloc(bytes, '0123456789abcdef\n')).digest('hex');
  for (const [i, of] of seen.entries()) assert.deepEqual([...of(), opened[i]!.exitCode], [bytes, expected, 0]);
});

test('a session is recorded where the container logs; without its log group it does not begin', async () => {
  const logs = new CloudWatchLogsClient(platform.sdk);
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/exec' }));
  const options = { 'awslogs-group': '/exec', 'awslogs-region': platform.credentials.region, 'awslogs-stream-prefix': 'p' };
  const task = await runTask('exec-recorded', [{ logConfiguration: { logDriver: 'awslogs', options } }], { executionRoleArn: undefined });
  const { session } = await ecs.send(new ExecuteCommandCommand({ task: task.taskArn, command: `sh -c 'echo one; echo two'`, interactive: true }));
  const channel = openDataChannel({ streamUrl: session!.streamUrl!, token: session!.tokenValue! });
  channels.push(channel);
  await closes(channel);
  const lines = await waitFor('the record', async () => {
    const { events } = await logs.send(new GetLogEventsCommand({ logGroupName: '/exec', logStreamName: session!.sessionId!, startFromHead: true }));
    return events!.length === 4 ? events!.map((event) => event.message) : undefined;
  }, { timeoutMs: 20_000 });
  assert.deepEqual(lines, [
    `Session ${session!.sessionId}: arn:aws:iam::${platform.credentials.account}:root runs sh -c 'echo one; echo two'`, 'one', 'two', 'Session ended with exit code 0',
  ]);
  logs.destroy();
});

test('a killed agent or control plane ends the session, and its command', async () => {
  const task = await runTask('exec-killed', [{}]);
  const first = await open(task, 'sleep 3333');
  await ready(first);
  await waitFor('the sleep', () => processes(task).includes('sleep 3333'));
  await platform.killAgent();
  assert.equal((await closes(first)).Output, 'The connection to the host was lost.');
  await platform.startAgent();
  await waitFor('the leftover gone', () => !processes(task).includes('sleep 3333'), { timeoutMs: 30_000 });

  const second = await waitFor('a session on the new agent', async () => {
    const channel = await open(task, 'sleep 4444');
    await waitFor('an answer', () => channel.ready || channel.closed !== undefined);
    return channel.ready ? channel : undefined;
  }, { timeoutMs: 60_000, intervalMs: 500 });
  await waitFor('the sleep', () => processes(task).includes('sleep 4444'));
  await platform.killServer();
  await waitFor('the connection to end', () => second.closeCode !== undefined);
  await waitFor('the command gone', () => !processes(task).includes('sleep 4444'), { timeoutMs: 30_000 });
  await platform.startServer();
});

/** `./longshore exec` of this platform, with these bytes as its input. */
function longshore(args: readonly string[], input: Buffer): Promise<{ code: number | null; stdout: Buffer; stderr: Buffer }> {
  const main = join(import.meta.dirname, '../support/exec-cli.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, join(platform.dataDir, 'credentials.json'), ...args], { stdio: 'pipe' });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => out.push(data));
  child.stderr.on('data', (data: Buffer) => err.push(data));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out), stderr: Buffer.concat(err) })));
}
