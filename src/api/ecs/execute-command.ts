// ExecuteCommand: makes a session in which a client may talk to one command in a running container. What the client then connects to is
// control/exec/; nothing is run before it comes.
//
// Checked in this order: command, interactive, task and container named; cluster; task there and not stopped; container; ECS Exec enabled
// and its agent running; the host connected; a place free in the container; the record possible.
import { newToken, newSessionId, streamUrl } from '../exec-token.ts';
import { logDestination, type ExecConfiguration } from '#core/exec/log-destination.ts';
import type { Cluster } from '#model/cluster.ts';
import { containerInstances } from '#model/container-instance.ts';
import { execSessions, SESSIONS_PER_CONTAINER, type ExecSession } from '#model/exec-session.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import type { Task, TaskContainer } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';
import { clientException, invalidParameter, targetNotConnected } from './errors.ts';
import { readCluster } from './find-cluster.ts';
import { findTask } from './find-task.ts';
import { required } from './required.ts';
import type { ExecuteCommandRequest, ExecuteCommandResponse, Shape } from './shapes.ts';

const MAX_COMMAND = 16 * 1024;

const NOT_ENABLED =
  'The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.';

export function executeCommand(input: Shape<ExecuteCommandRequest>, ctx: EcsContext): Shape<ExecuteCommandResponse> {
  const command = required('Command', input.command);
  if (command.length > MAX_COMMAND) throw invalidParameter(`Command can have at most ${MAX_COMMAND} characters.`);
  if (input.interactive !== true) throw invalidParameter('Interactive is the only mode supported currently.');
  const ref = required('Task', input.task);
  const { text, token } = newToken(ctx);
  return ctx.store.transact((tx) => {
    const cluster = readCluster(ctx, input.cluster);
    const task = findTask(tx, ctx, cluster, ref);
    if (task === undefined) throw invalidParameter('The referenced task was not found.');
    const container = chosenContainer(task, input.container);
    const host = readyHost(tx, task, container);
    const session: ExecSession = {
      id: newSessionId(ctx.random),
      account: ctx.account,
      region: ctx.region,
      clusterArn: cluster.arn,
      taskArn: task.arn,
      containerName: container.name,
      runtimeId: container.runtimeId ?? '',
      hostArn: host,
      command,
      owner: ctx.call.caller.arn,
      ...record(tx, cluster, task, container),
      createdAt: ctx.now,
      token,
      status: 'WAITING',
    };
    tx.put(execSessions, session);
    return {
      clusterArn: cluster.arn,
      containerArn: container.arn,
      containerName: container.name,
      interactive: true,
      session: { sessionId: session.id, streamUrl: streamUrl(ctx.call, session.id), tokenValue: text },
      taskArn: task.arn,
    };
  });
}

function chosenContainer(task: Task, name: string | undefined): TaskContainer {
  const [first, ...others] = task.containers;
  if (name) {
    const named = task.containers.find((container) => container.name === name);
    if (named === undefined) throw invalidParameter(`The container ${name} was not found in the task.`);
    return named;
  }
  if (first === undefined || others.length > 0) throw invalidParameter('A container name must be specified for tasks with multiple containers.');
  return first;
}

/** The host that runs it and can be talked to now. */
function readyHost(reader: Reader, task: Task, container: TaskContainer): string {
  const agent = container.managedAgents?.find(({ name }) => name === 'ExecuteCommandAgent');
  if (!task.enableExecuteCommand || task.lastStatus !== 'RUNNING' || container.lastStatus !== 'RUNNING' || agent?.lastStatus !== 'RUNNING') throw invalidParameter(NOT_ENABLED);
  const host = task.hostArn === undefined ? undefined : reader.get(containerInstances, task.hostArn);
  if (host?.agentConnected !== true || container.runtimeId === undefined) throw targetNotConnected();
  if (reader.count(execSessions, 'connected', `${task.arn}|${container.name}`) >= SESSIONS_PER_CONTAINER) throw targetNotConnected();
  return host.arn;
}

function record(reader: Reader, cluster: Cluster, task: Task, container: TaskContainer): Pick<ExecSession, 'log'> {
  const definition = reader.get(taskDefinitions, task.taskDefinitionArn)?.containerDefinitions.find(({ name }) => name === container.name);
  const configuration = (cluster.configuration as { readonly executeCommandConfiguration?: ExecConfiguration } | undefined)?.executeCommandConfiguration;
  const destination = logDestination(configuration, definition, task.region);
  if (destination.kind === 'bucket') throw clientException(`Longshore cannot keep sessions in S3 yet (bucket ${destination.bucket}). Use a CloudWatch log group.`);
  return destination.kind === 'group' ? { log: { group: destination.group, region: destination.region } } : {};
}
