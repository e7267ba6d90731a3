// `$ECS_AGENT_URI/task-protection/v1/state`: a task asks about its own protection from scale-in, or changes it, with its own role. Answers and
// errors in the shapes of Amazon's agent (ECS developer guide, "Amazon ECS task scale-in protection endpoint"; agent: handlers/taskprotection).
import { AgentApiError } from '#link/agent-api.ts';
import type { RoleCredentials } from '#link/messages.ts';
import { clusterName } from '../spec/names.ts';
import type { Answer } from './answer.ts';

/** An ECS operation in the account and region of a task, signed as its task role. */
export type CallAsTask = (taskArn: string, role: RoleCredentials, operation: 'GetTaskProtection' | 'UpdateTaskProtection', input: object) => Promise<Record<string, unknown>>;

export interface ProtectionAsker {
  readonly taskArn: string;
  readonly clusterArn: string;
  /** Of the task role; undefined when the task has none. */
  readonly role: RoleCredentials | undefined;
}

interface Wanted {
  readonly protectionEnabled: boolean;
  readonly expiresInMinutes?: number;
}

/** @param body undefined: a GET */
export async function answerTaskProtection(call: CallAsTask, asker: ProtectionAsker, body: string | undefined): Promise<Answer> {
  const { taskArn, role } = asker;
  const wanted = body === undefined ? undefined : parseWanted(body);
  if (typeof wanted === 'string') return failed(400, taskArn, 'InvalidParameterException', wanted);
  if (role === undefined) return failed(403, taskArn, 'AccessDeniedException', 'Invalid Request: no task IAM role credentials available for task');
  const cluster = clusterName(asker.clusterArn);
  try {
    const answer = await call(taskArn, role, wanted === undefined ? 'GetTaskProtection' : 'UpdateTaskProtection', { cluster, tasks: [taskArn], ...wanted });
    return view(taskArn, answer);
  } catch (error) {
    if (!(error instanceof AgentApiError)) return failed(500, taskArn, 'ServerException', 'the control plane cannot be reached');
    return failed(statusOf(error), taskArn, error.code, error.message);
  }
}

/** What a PUT asks for, or what is wrong with it. */
function parseWanted(body: string): Wanted | string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'UpdateTaskProtection: failed to decode request';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'UpdateTaskProtection: failed to decode request';
  const { ProtectionEnabled, ExpiresInMinutes } = value as Record<string, unknown>;
  if (ProtectionEnabled === undefined || ProtectionEnabled === null) return "Invalid request: does not contain 'ProtectionEnabled' field";
  const minutes = ExpiresInMinutes ?? undefined;
  if (typeof ProtectionEnabled !== 'boolean' || (minutes !== undefined && !Number.isInteger(minutes))) return 'UpdateTaskProtection: failed to decode request';
  return { protectionEnabled: ProtectionEnabled, ...(minutes !== undefined && { expiresInMinutes: minutes as number }) };
}

/** A failure of the API is an answer, as with Amazon's agent. */
function view(taskArn: string, answer: Record<string, unknown>): Answer {
  const [failure] = (answer['failures'] ?? []) as { arn?: string; reason?: string; detail?: string }[];
  if (failure !== undefined) return { status: 200, body: { failure: { Arn: failure.arn ?? taskArn, Detail: failure.detail ?? null, Reason: failure.reason ?? null } } };
  const [task] = (answer['protectedTasks'] ?? []) as { taskArn?: string; protectionEnabled?: boolean; expirationDate?: number }[];
  if (task === undefined) return failed(500, taskArn, 'ServerException', 'Unexpected error occurred');
  const ExpirationDate = task.expirationDate === undefined ? null : `${new Date(task.expirationDate * 1000).toISOString().slice(0, 19)}Z`;
  return { status: 200, body: { protection: { ExpirationDate, ProtectionEnabled: task.protectionEnabled === true, TaskArn: task.taskArn ?? taskArn } } };
}

function statusOf({ code, httpStatus }: AgentApiError): number {
  if (code === 'AccessDeniedException') return 403;
  if (code === 'ResourceNotFoundException') return 404;
  return httpStatus >= 500 ? 500 : 400;
}

function failed(status: number, Arn: string, Code: string, Message: string): Answer {
  return { status, body: { error: { Arn, Code, Message } } };
}
