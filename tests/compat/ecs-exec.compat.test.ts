// `aws ecs execute-command --interactive`: the AWS CLI as it is, with a session-manager-plugin of ours on its PATH (AWS's own cannot be
// had here), and `./longshore exec` on a real terminal.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeTasksCommand, ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { DescribeSessionsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { busyboxImage } from '#tests/support/docker.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const SUPPORT = join(import.meta.dirname, '../support');
let platform: TestPlatform;
let folder: string;
let task: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-plugin-'));
  const plugin = join(folder, 'session-manager-plugin');
  writeFileSync(plugin, `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${join(SUPPORT, 'session-manager-plugin.ts')}' "$@"\n`);
  chmodSync(plugin, 0o755);
  platform = await startPlatform({ agent: ['--pool', 'fargate'] });
  const ecs = new ECSClient(platform.sdk);
  await ecs.send(new RegisterTaskDefinitionCommand({
    family: 'exec', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512',
    containerDefinitions: ['app', 'side'].map((name) => ({ name, image: busyboxImage(), command: ['sleep', '3600'], stopTimeout: 2, readonlyRootFilesystem: true, environment: [{ name: 'ME', value: name }] })),
  }));
  const ec2 = new EC2Client(platform.sdk);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  ec2.destroy();
  const networkConfiguration = { awsvpcConfiguration: { subnets: [Subnets![0]!.SubnetId!] } };
  task = await waitFor('a host in the pool', async () => {
    const { tasks } = await ecs.send(new RunTaskCommand({ taskDefinition: 'exec', launchType: 'FARGATE', enableExecuteCommand: true, networkConfiguration }));
    return tasks?.[0]?.taskArn;
  }, { timeoutMs: 60_000, intervalMs: 500 });
  await waitFor('the task', async () => (await ecs.send(new DescribeTasksCommand({ tasks: [task] }))).tasks?.[0]?.lastStatus === 'RUNNING', { timeoutMs: 60_000, intervalMs: 200 });
  ecs.destroy();
});
after(async () => {
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program, types `lines` one by one, each when the one before has been answered with its `answer`. */
async function talk(program: string, args: readonly string[], lines: readonly { readonly type: string; readonly answer: RegExp }[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(program, args, { env: { ...platform.env, PATH: `${folder}:${platform.env['PATH']}` }, stdio: 'pipe' });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (data: string) => (text += data));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  for (const { type, answer } of lines) {
    const from = text.length;
    child.stdin.write(type);
    await waitFor(`${answer} in ${JSON.stringify(text)}`, () => answer.test(text.slice(from)), { timeoutMs: 40_000 }).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw new Error(`${String(error)}: ${JSON.stringify(text)}`);
    });
  }
  child.stdin.end();
  return { code: await ended, text };
}

test('aws ecs execute-command: a shell in one container of an awsvpc task', async () => {
  const args = ['--endpoint-url', platform.url, 'ecs', 'execute-command', '--cluster', 'default', '--task', task, '--container', 'side', '--interactive', '--command', '/bin/sh'];
  const { code, text } = await talk(AWS_CLI, args, [
    { type: '', answer: /Starting session with SessionId: ecs-execute-command-[a-z0-9]{26}\n/ },
    { type: 'echo "I am $ME"; stty size\n', answer: /I am side\r\n100 300\r\n/ },
    { type: 'exit\n', answer: /Exiting session with sessionId: ecs-execute-command-/ },
  ]);
  assert.equal(code, 0, text);
  assert.match(text, /The Session Manager plugin was installed successfully/);
});

test('ssm describe-sessions tells who ran what', async () => {
  const ssm = new SSMClient(platform.sdk);
  const { Sessions } = await ssm.send(new DescribeSessionsCommand({ State: 'History' }));
  ssm.destroy();
  assert.deepEqual(Sessions!.map(({ Owner, Reason, Status, DocumentName }) => [Owner, Reason, Status, DocumentName]), [
    [`arn:aws:iam::${platform.credentials.account}:root`, 'side: /bin/sh', 'Terminated', 'AmazonECS-ExecuteInteractiveCommand'],
  ]);
});

test('./longshore exec: a terminal of the size of ours, and the exit code', async () => {
  // Python's pty gives a real terminal; what is typed goes to it.
  const terminal = `import fcntl,os,pty,struct,sys,termios
def master_read(fd):
    return os.read(fd, 4096)
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 27, 91, 0, 0))
pty._copy(fd, master_read, lambda f: os.read(f, 4096))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
  const cli = [process.execPath, '--disable-warning=ExperimentalWarning', join(SUPPORT, 'exec-cli.ts'), join(platform.dataDir, 'credentials.json'), '--task', task, '--container', 'app'];
  const { code, text } = await talk('/usr/bin/python3', ['-c', terminal, ...cli], [
    { type: '', answer: /\$ |# / },
    { type: 'stty size; echo "I am $ME"\r', answer: /27 91\r+\nI am app\r+\n/ },
    { type: 'exit 9\r', answer: /exit 9/ },
  ]);
  assert.equal(code, 9, text);
});
