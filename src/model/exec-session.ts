// A session of ECS Exec: one command that somebody runs in a container.
//
// Writers: ExecuteCommand writes the row; ResumeSession `token`, TerminateSession `terminatedBy`; all else is the session keeper's
// (control/exec/).
import { table } from './table.ts';

export interface ExecToken {
  /** SHA-256 of the token, hexadecimal: the token itself is told once and kept nowhere. */
  readonly digest: string;
  /** Epoch milliseconds, as all times here. */
  readonly expiresAt: number;
}

export interface ExecSession {
  /** `ecs-execute-command-` and 26 of [a-z0-9]: also the name of its log stream. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly taskArn: string;
  readonly containerName: string;
  readonly runtimeId: string;
  readonly hostArn: string;
  /** As it was given. */
  readonly command: string;
  /** ARN of who asked for it. */
  readonly owner: string;
  /** Where its output is kept. */
  readonly log?: { readonly group: string; readonly region: string };
  readonly createdAt: number;
  /** Opens the channel once. */
  readonly token: ExecToken;
  /** ARN of who ended it. */
  readonly terminatedBy?: string;
  /** WAITING until a client has shown the token. */
  readonly status: 'WAITING' | 'CONNECTED' | 'ENDED';
  /** The last token that was shown. */
  readonly usedDigest?: string;
  readonly connectedAt?: number;
  readonly endedAt?: number;
  /** Why it ended, in words for its user; empty after the command's own end. */
  readonly endReason?: string;
  readonly exitCode?: number;
}

export const execSessions = table<ExecSession>('exec_sessions', (s) => s.id, {
  /** `<account>/<region>|open` or `|ended`. */
  scope: (s) => `${s.account}/${s.region}|${s.status === 'ENDED' ? 'ended' : 'open'}`,
  /** `<taskArn>|<container>` of those with a client. */
  connected: (s) => (s.status === 'CONNECTED' ? `${s.taskArn}|${s.containerName}` : undefined),
  all: () => 'all',
});

/** `ecs:<cluster>_<task id>_<runtime id>`: what Session Manager calls the container. */
export function sessionTarget({ clusterArn, taskArn, runtimeId }: Pick<ExecSession, 'clusterArn' | 'taskArn' | 'runtimeId'>): string {
  const last = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
  return `ecs:${last(clusterArn)}_${last(taskArn)}_${runtimeId}`;
}

/** AWS's agent runs so many at once in a container. */
export const SESSIONS_PER_CONTAINER = 2;
