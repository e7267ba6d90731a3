// What the agent needs of whoever reads containers' output for the awslogs driver; agent/logs/ fills it in.

export interface LogTarget {
  readonly taskArn: string;
  readonly containerName: string;
  readonly runtimeId: string;
  /** The awslogs options, with awslogs-region and awslogs-stream filled in by the control plane. */
  readonly options: Readonly<Record<string, string>>;
}

/** `message` is what stands after `Error response from daemon: ` in ECS's stopped reason. */
export type LogReadiness = { readonly ok: true } | { readonly ok: false; readonly message: string; readonly retriable: boolean };

export interface TaskLogs {
  /** Makes the group and stream: where that fails, ECS does not start the container. */
  prepare(target: Omit<LogTarget, 'runtimeId'>): Promise<LogReadiness>;
  /** Called at every start of such a container and when one is found again; calling twice is fine. */
  follow(target: LogTarget): void;
  /** Resolves when everything the container wrote has been handed on. It is removed only then. */
  drained(runtimeId: string): Promise<void>;
  /** The container is gone: its position need not be kept. */
  forget(runtimeId: string): void;
}

/** For hosts and tests without log shipping. */
export const noLogs: TaskLogs = { prepare: () => Promise.resolve({ ok: true }), follow() {}, drained: () => Promise.resolve(), forget() {} };
