// What the agent needs of its connection to the control plane. link/agent-session.ts fills it in; app/ joins the two.
// Reconnecting, heartbeats, acks and frames are the session's; what a message means is the agent's.
import type { IAMRoleCredentialsMessage, PayloadMessage, TaskHealth, TaskIdentifier, TaskManifestMessage, TaskMetric, TaskStopVerificationAck } from '#link/messages.ts';

export interface SessionEvents {
  /** ACS is open (again): a good moment to send what could not be sent. */
  connected(): void;
  /** True: every task was taken and will not be forgotten; the session acks. False: it nacks, with nothing taken. */
  payload(message: PayloadMessage): Promise<boolean>;
  /** The tasks that run here although the manifest does not want them: sent as stop candidates, when there are any. */
  manifest(message: TaskManifestMessage): readonly TaskIdentifier[];
  stopVerified(message: TaskStopVerificationAck): void;
  credentials(message: IAMRoleCredentialsMessage): void;
}

export interface AgentSession {
  /** Lost silently while TCS is down: health is sent again at every change and every publish interval. */
  publishHealth(tasks: readonly TaskHealth[]): void;
  /** An empty list is the idle message. */
  publishMetrics(tasks: readonly TaskMetric[]): void;
  close(): void;
}

export interface SessionIdentity {
  readonly cluster: string;
  readonly containerInstanceArn: string;
  /** The highest sequence number taken so far. */
  readonly seqNum: number;
  readonly dockerVersion: string;
}

/** Opens ACS and TCS and keeps them open until closed. */
export type OpenSession = (identity: SessionIdentity, events: SessionEvents) => AgentSession;
