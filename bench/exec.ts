// ECS Exec beside `docker exec` on the same containers: how long a short command takes, and how much output comes through, one session
// and many at once. Server and agent are processes of their own, as with `./longshore up`.
//   node bench/exec.ts [MB=50] [sessions=20] [MB of each=10] [rounds=15]
import { spawn } from 'node:child_process';
import { DescribeTasksCommand, ECSClient, ExecuteCommandCommand, RegisterTaskDefinitionCommand, RunTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { openExecClient } from '#link/exec/exec-client.ts';
import { connectBinary } from '#link/exec/ws-binary-channel.ts';
import { busyboxImage } from '#tests/support/docker.ts';
import { startPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const [mb = 50, sessions = 20, mbEach = 10, rounds = 15] = process.argv.slice(2).map(Number);

const platform = await startPlatform({ agent: [] });
const ecs = new ECSClient(platform.sdk);

async function runTasks(count: number): Promise<Task[]> {
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'bench', containerDefinitions: [{ name: 'app', image: busyboxImage(), memory: 64, command: ['sleep', '3600'], stopTimeout: 2 }] }));
  const arns: string[] = [];
  while (arns.length < count) {
    const run = new RunTaskCommand({ taskDefinition: 'bench', enableExecuteCommand: true, launchType: 'EC2', count: Math.min(10, count - arns.length) });
    const started = await waitFor('a host with room', async () => (await ecs.send(run)).tasks, { timeoutMs: 60_000 });
    arns.push(...started.map((task) => task.taskArn!));
  }
  return await waitFor('the tasks', async () => {
    const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: arns }));
    return tasks!.every((task) => task.lastStatus === 'RUNNING') ? tasks : undefined;
  }, { timeoutMs: 120_000 });
}

/** Bytes that came out. */
async function bySession(task: Task, command: string): Promise<number> {
  const { session } = await ecs.send(new ExecuteCommandCommand({ task: task.taskArn, command, interactive: true }));
  const channel = await connectBinary(session!.streamUrl!);
  return await new Promise((resolve, reject) => {
    let bytes = 0;
    openExecClient({
      channel, token: session!.tokenValue!, clock: systemClock, random: systemRandom, tty: false,
      onReady() {},
      onOutput: (_stream, data) => void (bytes += data.length),
      onEnd: ({ exitCode, output }) => (exitCode === 0 ? resolve(bytes) : reject(new Error(output))),
    });
  });
}

/** The same by Docker's own client. */
async function byDocker(task: Task, command: readonly string[]): Promise<number> {
  const child = spawn('docker', ['exec', '-i', task.containers![0]!.runtimeId!, ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  let bytes = 0;
  child.stdout.on('data', (data: Buffer) => (bytes += data.length));
  return await new Promise((resolve, reject) => child.on('close', (code) => (code === 0 ? resolve(bytes) : reject(new Error(`docker exec: ${code}`)))));
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await run();
  return performance.now() - from;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const line = (what: string, ours: number, floor: number, unit: string): void =>
  void process.stdout.write(`${what.padEnd(44)} ${ours.toFixed(1).padStart(8)} ${unit}   docker exec ${floor.toFixed(1).padStart(8)} ${unit}   ratio ${(ours / floor).toFixed(2)}\n`);

try {
  const tasks = await runTasks(Math.ceil(sessions / 2));
  const [task] = tasks as [Task];
  const [ours, floor]: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    ours.push(await timed(() => bySession(task, 'true')));
    floor.push(await timed(() => byDocker(task, ['true'])));
  }
  line(`a short command, median of ${rounds}`, median(ours), median(floor), 'ms');

  const zeros = (size: number): readonly string[] => ['head', '-c', String(size * 1_000_000), '/dev/zero'];
  const check = async (bytes: Promise<number>, size: number): Promise<void> => {
    const came = await bytes;
    if (came !== size * 1_000_000) throw new Error(`bytes were lost: ${came} of ${size * 1_000_000} came`);
  };
  const one = await timed(() => check(bySession(task, zeros(mb).join(' ')), mb));
  const oneFloor = await timed(() => check(byDocker(task, zeros(mb)), mb));
  line(`${mb} MB of output`, mb / (one / 1000), mb / (oneFloor / 1000), 'MB/s');

  const of = (i: number): Task => tasks[i % tasks.length]!;
  const many = await timed(() => Promise.all(Array.from({ length: sessions }, (_, i) => check(bySession(of(i), zeros(mbEach).join(' ')), mbEach))));
  const manyFloor = await timed(() => Promise.all(Array.from({ length: sessions }, (_, i) => check(byDocker(of(i), zeros(mbEach)), mbEach))));
  line(`${sessions} sessions of ${mbEach} MB at once`, (sessions * mbEach) / (many / 1000), (sessions * mbEach) / (manyFloor / 1000), 'MB/s');
} finally {
  ecs.destroy();
  await platform.stop();
}
