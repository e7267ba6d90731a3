// `./longshore demo`: from a Dockerfile to running tasks with logs, through the AWS SDK and the docker client alone.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clientConfig, loadCredentials } from '#cli/credentials.ts';
import { DATA_DIR, RUN_DIR, STATE_DIR } from '#cli/folders.ts';
import { runningProcess } from '#cli/local-platform.ts';
import { loadRecord } from '#cli/process-record.ts';
import type { PlatformRecord } from '#cli/process-record.ts';
import { up } from '#cli/up.ts';
import { deployService, ensureBalancer, SERVICE, untilDeployed } from './balanced-service.ts';
import type { Balancer } from './balanced-service.ts';
import { prepareContext } from './build-context.ts';
import { dockerClient } from './docker-client.ts';
import { openProgress } from './progress.ts';
import { CLUSTER, ensureRepository, fetchAnswer, FAMILY, LOG_GROUP, openClients, pushImage, readLogs, registerDefinition, runTasks, stopEarlierTasks } from './steps.ts';
import { rollOut, watchDeployment } from './roll-out.ts';
import { privateAddress, taskId, untilRunning } from './tasks.ts';

const TASKS = 2;
const REPLICAS = 3;

/** The record of the platform that runs already, or of the one started now. */
async function ensurePlatform(port: number, say: (line: string) => void): Promise<PlatformRecord> {
  const running = loadRecord<PlatformRecord>(RUN_DIR, 'platform');
  const both = runningProcess(RUN_DIR, 'server') !== undefined && runningProcess(RUN_DIR, 'agent') !== undefined;
  if (running !== undefined && both) return running;
  const options = { runDir: RUN_DIR, dataDir: DATA_DIR, port, more: [], auth: 'strict', overcommit: 8, foreground: false };
  return (await up({ ...options, say })).platform;
}

async function demo(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '4566' } } });
  const progress = openProgress(10, (text) => void process.stdout.write(text));
  let platform!: PlatformRecord;
  await progress.step('Platform', async (detail) => {
    platform = await ensurePlatform(Number(values.port), detail);
    return `answers at ${platform.endpoint}`;
  });
  const credentials = loadCredentials(platform.dataDir)!;
  const clients = openClients(clientConfig(credentials));
  const docker = dockerClient(join(STATE_DIR, 'demo/docker'));

  let image = '';
  await progress.step('ECR: CreateRepository', async () => (image = `${await ensureRepository(clients, FAMILY)}:1`));
  await progress.step('docker build examples/hello', async () => {
    await docker(['build', '-q', '-t', image, prepareContext(join(STATE_DIR, 'demo/context'))]);
    return 'built';
  });
  await progress.step('docker login and push', async () => (await pushImage(clients, docker, image)).slice(0, 19));

  let definition = '';
  await progress.step('ECS: RegisterTaskDefinition', async () => (definition = await registerDefinition(clients, image, credentials)));

  let tasks: Awaited<ReturnType<typeof untilRunning>> = [];
  await progress.step(`ECS: RunTask on Fargate × ${TASKS}`, async (detail) => {
    const arns = await runTasks(clients, definition, TASKS);
    tasks = await untilRunning(clients.ecs, CLUSTER, arns, detail);
    const replaced = await stopEarlierTasks(clients, arns);
    return replaced > 0 ? `running; ${replaced} of an earlier demo stopped` : 'running';
  });
  await progress.step('Their answers', async (detail) => {
    for (const task of tasks) detail(`http://${privateAddress(task)}/ → ${await fetchAnswer(privateAddress(task) ?? '')}`);
    return `${tasks.length} tasks answer on their own address`;
  });
  await progress.step(`CloudWatch Logs: ${LOG_GROUP}`, async (detail) => {
    for (const task of tasks) for (const line of await readLogs(clients, taskId(task), 'GET /')) detail(`${taskId(task).slice(0, 8)} | ${line}`);
    return 'read back through the API';
  });

  let balancer!: Balancer;
  await progress.step(`ECS: service ${SERVICE} × ${REPLICAS} behind a load balancer`, async (detail) => {
    balancer = await ensureBalancer(clients);
    await deployService(clients, balancer, definition, REPLICAS);
    await untilDeployed(clients, watchDeployment(clients, detail));
    return `http://${balancer.dnsName}/`;
  });
  await progress.step('Version 2 under load', async (detail) => {
    const next = await registerDefinition(clients, image, credentials, '2');
    return rollOut(clients, balancer, next, REPLICAS, detail);
  });
  for (const line of whatNext(balancer.dnsName)) progress.say(line);
  for (const client of Object.values(clients)) client.destroy();
}

function whatNext(name: string): string[] {
  const commands: readonly (readonly [string, string])[] = [
    [`curl http://${name}/`, 'ask the service again'],
    [`./longshore aws ecs describe-services --services ${SERVICE}`, 'its deployments and events'],
    ['./longshore aws ecs list-tasks', 'the AWS CLI, pointed here'],
    [`./longshore aws logs tail ${LOG_GROUP} --follow`, 'their log, as it grows'],
    ['eval "$(./longshore env)"', 'the same for any AWS tool in this shell'],
    ['./longshore status', 'what runs'],
    ['./longshore down --stop-tasks', 'end it all'],
  ];
  const width = Math.max(...commands.map(([command]) => command.length)) + 3;
  return ['', 'Five containers run now, two tasks and a service of three, all started through the ECS API. To go on:', ...commands.map(([command, what]) => `  ${command.padEnd(width)}${what}`)];
}

try {
  await demo();
} catch (error) {
  process.stdout.write('failed\n');
  process.stderr.write(`\nlongshore demo: ${(error as Error).message}\n  look at:  ${RUN_DIR}/server.log, ${RUN_DIR}/agent.log, ./longshore status\n`);
  process.exitCode = 1;
}
