// The steps of the demo, each what an ECS user does with the AWS SDK; done again they find what is there already.
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient, GetAuthorizationTokenCommand, RepositoryAlreadyExistsException } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, ECSClient, ListTasksCommand, RegisterTaskDefinitionCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { delay } from '#base/clock.ts';
import { systemClock } from '#base/system/clock.ts';
import type { ClientConfig, Credentials } from '#cli/credentials.ts';
import type { DockerClient } from './docker-client.ts';

export const CLUSTER = 'default';
export const FAMILY = 'hello';
export const LOG_GROUP = '/longshore/hello';
const STARTED_BY = 'longshore-demo';

export interface Clients {
  readonly ecs: ECSClient;
  readonly ecr: ECRClient;
  readonly ec2: EC2Client;
  readonly logs: CloudWatchLogsClient;
  readonly elb: ElasticLoadBalancingV2Client;
}

export function openClients(config: ClientConfig): Clients {
  return { ecs: new ECSClient(config), ecr: new ECRClient(config), ec2: new EC2Client(config), logs: new CloudWatchLogsClient(config), elb: new ElasticLoadBalancingV2Client(config) };
}

/** The URI to push to. */
export async function ensureRepository({ ecr }: Clients, name: string): Promise<string> {
  try {
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: name }));
    return repository!.repositoryUri!;
  } catch (error) {
    if (!(error instanceof RepositoryAlreadyExistsException)) throw error;
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
    return repositories![0]!.repositoryUri!;
  }
}

/** Logs in with ECR's token and pushes. Returns the digest. */
export async function pushImage({ ecr }: Clients, docker: DockerClient, image: string): Promise<string> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const [user = '', password = ''] = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString().split(':');
  await docker(['login', '--username', user, '--password-stdin', image.split('/')[0]!], password);
  const printed = await docker(['push', image]);
  return /digest: (sha256:[0-9a-f]{64})/.exec(printed)?.[1] ?? 'pushed';
}

/** Registers a new revision; its ARN. */
export async function registerDefinition({ ecs }: Clients, image: string, credentials: Credentials, version = '1'): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: FAMILY,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: `arn:aws:iam::${credentials.account}:role/ecsTaskExecutionRole`,
      containerDefinitions: [
        {
          name: 'hello',
          image,
          essential: true,
          portMappings: [{ containerPort: 80, protocol: 'tcp' }],
          environment: [{ name: 'VERSION', value: version }],
          stopTimeout: 5,
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': LOG_GROUP, 'awslogs-region': credentials.region, 'awslogs-stream-prefix': 'demo', 'awslogs-create-group': 'true' },
          },
        },
      ],
    }),
  );
  return taskDefinition!.taskDefinitionArn!;
}

/** Starts `count` tasks on Fargate in the default subnets; their ARNs. Throws with ECS's own reason when it places none. */
export async function runTasks({ ecs, ec2 }: Clients, taskDefinition: string, count: number): Promise<string[]> {
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }));
  const subnets = Subnets.map((subnet) => subnet.SubnetId!);
  const { tasks = [], failures = [] } = await ecs.send(
    new RunTaskCommand({
      cluster: CLUSTER,
      taskDefinition,
      count,
      launchType: 'FARGATE',
      startedBy: STARTED_BY,
      networkConfiguration: { awsvpcConfiguration: { subnets, assignPublicIp: 'ENABLED' } },
    }),
  );
  if (failures.length > 0) throw new Error(`RunTask: ${failures.map((one) => one.reason).join(', ')}`);
  return tasks.map((task) => task.taskArn!);
}

/** Stops the tasks that earlier demos left, `keep` excepted; how many. */
export async function stopEarlierTasks({ ecs }: Clients, keep: readonly string[]): Promise<number> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: CLUSTER, startedBy: STARTED_BY }));
  const old = taskArns.filter((arn) => !keep.includes(arn));
  await Promise.all(old.map((task) => ecs.send(new StopTaskCommand({ cluster: CLUSTER, task, reason: 'replaced by a newer demo' }))));
  return old.length;
}

/** The body of `http://<address>/`, tried until the container listens. */
export async function fetchAnswer(address: string): Promise<string> {
  const deadline = systemClock.now() + 15_000;
  for (;;) {
    try {
      const response = await fetch(`http://${address}/`, { signal: AbortSignal.timeout(3_000) });
      return (await response.text()).trim();
    } catch (error) {
      if (systemClock.now() > deadline) throw new Error(`http://${address}/ does not answer: ${(error as Error).message}`, { cause: error });
      await delay(systemClock, 50);
    }
  }
}

/** The task's log lines, waited for until one contains `expected`. */
export async function readLogs({ logs }: Clients, taskId: string, expected: string): Promise<string[]> {
  const deadline = systemClock.now() + 15_000;
  for (;;) {
    const lines = await logLines(logs, `demo/hello/${taskId}`);
    if (lines.some((line) => line.includes(expected))) return lines;
    if (systemClock.now() > deadline) throw new Error(`no line with '${expected}' in ${LOG_GROUP} after 15 s; seen: ${lines.join(' | ')}`);
    await delay(systemClock, 100);
  }
}

async function logLines(logs: CloudWatchLogsClient, logStreamName: string): Promise<string[]> {
  try {
    const { events = [] } = await logs.send(new GetLogEventsCommand({ logGroupName: LOG_GROUP, logStreamName, startFromHead: true }));
    return events.map((event) => event.message ?? '');
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return [];
    throw error;
  }
}
