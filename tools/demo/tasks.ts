// Watching tasks come up: a line per change of state, and a reason when one does not make it.
import { DescribeTasksCommand } from '@aws-sdk/client-ecs';
import type { ECSClient, Task } from '@aws-sdk/client-ecs';
import { delay } from '#base/clock.ts';
import { systemClock } from '#base/system/clock.ts';

const TIMEOUT_MS = 120_000;

/** Resolves when all of `arns` are RUNNING; rejects with the reason when one stops, or when it takes too long. */
export async function untilRunning(ecs: ECSClient, cluster: string, arns: readonly string[], detail: (line: string) => void): Promise<Task[]> {
  const started = systemClock.now();
  const seen = new Map<string, string>();
  for (;;) {
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [...arns] }));
    for (const task of tasks) report(task, seen, systemClock.now() - started, detail);
    const stopped = tasks.find((task) => task.lastStatus === 'STOPPED');
    if (stopped !== undefined) throw new Error(whyStopped(stopped));
    if (tasks.length === arns.length && tasks.every((task) => task.lastStatus === 'RUNNING')) return tasks;
    if (systemClock.now() - started > TIMEOUT_MS) throw new Error(`the tasks are not RUNNING after ${TIMEOUT_MS / 1000} s; ./longshore status and .longshore/run/agent.log say more`);
    await delay(systemClock, 50);
  }
}

/** The last part of a task's ARN. */
export function taskId(task: Task): string {
  return task.taskArn?.split('/').pop() ?? '';
}

/** Its address in the VPC, as its network interface reports it. */
export function privateAddress(task: Task): string | undefined {
  return task.attachments?.flatMap((one) => one.details ?? []).find((detail) => detail.name === 'privateIPv4Address')?.value;
}

function report(task: Task, seen: Map<string, string>, elapsedMs: number, detail: (line: string) => void): void {
  const status = task.lastStatus ?? '?';
  if (seen.get(task.taskArn ?? '') === status) return;
  seen.set(task.taskArn ?? '', status);
  detail(`task ${taskId(task).slice(0, 8)}  ${status.padEnd(14)} ${(elapsedMs / 1000).toFixed(1)} s`);
}

function whyStopped(task: Task): string {
  const containers = (task.containers ?? []).map((one) => `  container ${one.name}: ${one.reason ?? `exit code ${one.exitCode}`}`);
  return [`task ${taskId(task)} stopped: ${task.stopCode} ${task.stoppedReason}`, ...containers].join('\n');
}
