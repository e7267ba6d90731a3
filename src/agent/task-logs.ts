// What the agent needs of whoever reads containers' output for the awslogs driver; agent/logs/ fills it in.

export interface LogTarget {
  readonly taskArn: string;
  readonly containerName: string;
  readonly runtimeId: string;
  /** The awslogs options, with awslogs-region and awslogs-stream filled in by the control plane. */
  readonly options: Readonly<Record<string, string>>;
}

export interface TaskLogs {
  /** Called at every start of such a container and when one is found again; calling twice is fine. */
  follow(target: LogTarget): void;
  /** Resolves when everything the container wrote has been handed on. It is removed only then. */
  drained(runtimeId: string): Promise<void>;
  /** The container is gone: its position need not be kept. */
  forget(runtimeId: string): void;
}

/** For hosts and tests without log shipping. */
export const noLogs: TaskLogs = { follow() {}, drained: () => Promise.resolve(), forget() {} };
