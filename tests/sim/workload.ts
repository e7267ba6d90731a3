// The users: they register definitions, run, stop and look at tasks, and repeat every request until it is answered.
import { delay } from '#base/clock.ts';
import type { Clock } from '#base/clock.ts';
import { uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { AgentApiError } from '#link/agent-api.ts';
import type { TaskStatus } from '#model/task-status.ts';
import type { Reader } from '#store/store.ts';
import type { Checkers } from './checkers.ts';
import { DEFINITIONS } from './images.ts';
import type { Call } from './rpc.ts';

export interface WorkloadOptions {
  readonly call: Call;
  readonly clock: Clock;
  readonly random: Random;
  readonly checkers: Checkers;
  readonly subnets: () => readonly string[];
  /** What the control plane knows now; undefined while it is down. */
  readonly store: () => Reader | undefined;
  readonly note: (what: string) => void;
}

export interface Workload {
  register(): Promise<void>;
  /** One random request. */
  request(): Promise<void>;
  /** Tasks that somebody was told of. */
  readonly known: readonly string[];
  stopAll(): Promise<void>;
  lookAtAll(): Promise<void>;
}

interface TaskView {
  readonly taskArn: string;
  readonly lastStatus: TaskStatus;
}

export function openWorkload({ call, clock, random, checkers, subnets, store, note }: WorkloadOptions): Workload {
  const known: string[] = [];
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)]!;

  /** The answer, or the error it was refused with; never gives up. */
  const insist = async (operation: string, input: Record<string, unknown>): Promise<{ answer?: any; refused?: AgentApiError }> => {
    for (;;) {
      try {
        return { answer: await call(operation, input) };
      } catch (error) {
        if (error instanceof AgentApiError) return { refused: error };
        if (!/ECONNREFUSED|no answer|connection reset/.test(String(error))) throw error;
        await delay(clock, 100 + random.next() * 2_000);
      }
    }
  };
  const tell = (list: readonly TaskView[]): void => {
    checkers.onTold(list, store());
    for (const { taskArn } of list) if (!known.includes(taskArn)) known.push(taskArn);
  };

  const run = async (): Promise<void> => {
    const definition = pick(DEFINITIONS);
    const fargate = definition.networkMode === 'awsvpc';
    const input = {
      cluster: 'default',
      taskDefinition: definition.family,
      count: 1 + Math.floor(random.next() * 4),
      clientToken: uuid(random),
      launchType: fargate ? 'FARGATE' : 'EC2',
      ...(fargate && { networkConfiguration: { awsvpcConfiguration: { subnets: subnets() } } }),
      ...(!fargate && random.next() < 0.5 && { placementStrategy: [pick([{ type: 'binpack', field: 'memory' }, { type: 'spread', field: 'instanceId' }])] }),
    };
    const { answer, refused } = await insist('RunTask', input);
    note(`RunTask ${definition.family} x${input.count}: ${refused?.message ?? answer.tasks.map((t: TaskView) => t.taskArn.slice(-6)).join(',')} ${answer?.failures?.length ?? 0} failures`);
    if (answer !== undefined) tell(answer.tasks);
  };

  const stop = async (arn: string): Promise<void> => {
    const { answer, refused } = await insist('StopTask', { cluster: 'default', task: arn, reason: 'sim' });
    note(`StopTask ${arn.slice(-6)}: ${refused?.message ?? answer.task.lastStatus}`);
    if (answer !== undefined) tell([answer.task]);
  };

  const look = async (arns: readonly string[]): Promise<void> => {
    const { answer } = await insist('DescribeTasks', { cluster: 'default', tasks: arns });
    if (answer !== undefined) tell(answer.tasks);
  };

  return {
    known,
    async register() {
      for (const definition of DEFINITIONS) {
        const { refused } = await insist('RegisterTaskDefinition', { ...definition });
        if (refused !== undefined) throw new Error(`RegisterTaskDefinition ${definition.family}: ${refused.name}: ${refused.message}`);
      }
    },
    request() {
      const dice = random.next();
      if (dice < 0.55 || known.length === 0) return run();
      return dice < 0.85 ? stop(pick(known)) : look([pick(known)]);
    },
    async stopAll() {
      await Promise.all(known.map(stop));
    },
    async lookAtAll() {
      for (let from = 0; from < known.length; from += 100) await look(known.slice(from, from + 100));
    },
  };
}
