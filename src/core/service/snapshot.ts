// What the service scheduler looks at: one service with its deployments and tasks, as plain views.
import type { HookRun, Service, ServiceDeployment, ServiceRevision, ServiceScheduler, TaskSet } from '#model/service.ts';
import type { DesiredStatus, HealthStatus, StopCode, TaskStatus } from '#model/task-status.ts';
import type { TargetState } from '#model/load-balancer.ts';

export interface TargetView {
  readonly targetGroupArn: string;
  readonly port: number;
  readonly state: TargetState;
  /** Why it is not healthy. */
  readonly description?: string | undefined;
  readonly draining: boolean;
}

export interface TaskView {
  readonly arn: string;
  /** The service revision or task set it was made from. */
  readonly origin: string;
  readonly lastStatus: TaskStatus;
  readonly desiredStatus: DesiredStatus;
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly healthStatus: HealthStatus;
  /** An essential container has a health check. */
  readonly hasHealthCheck: boolean;
  readonly hostArn?: string | undefined;
  /** Its host is DRAINING or no longer there: it is to run elsewhere. */
  readonly leaving: boolean;
  /** Its host is lost: it counts for nothing until the host is back (SV24). */
  readonly lost: boolean;
  readonly zone?: string | undefined;
  readonly protectedUntil?: number | undefined;
  readonly capacityProviderName?: string | undefined;
  /** In how many target groups it is to be registered, and where it is. */
  readonly wantedTargets: number;
  readonly targets: readonly TargetView[];
}

/** A task that ended by failing, not noted yet. */
export interface FailedTask {
  readonly arn: string;
  readonly origin: string;
  readonly startedAt?: number | undefined;
  readonly stoppedAt: number;
  readonly stopCode?: StopCode | undefined;
  readonly reason?: string | undefined;
}

export interface ServiceSnapshot {
  readonly service: Service;
  /** Undefined before the first look. */
  readonly scheduler: ServiceScheduler | undefined;
  /** Those that deployments name. */
  readonly revisions: readonly ServiceRevision[];
  /** Unfinished ones and the current one. */
  readonly deployments: readonly ServiceDeployment[];
  readonly taskSets: readonly TaskSet[];
  /** Not STOPPED. */
  readonly tasks: readonly TaskView[];
  readonly failures: readonly FailedTask[];
  /** DAEMON: the hosts that are to have a task each. */
  readonly hosts: readonly string[];
  /** Zones its tasks can be in; for balance. */
  readonly zones: readonly string[];
  /** CloudWatch alarms of its deployments that are in ALARM. */
  readonly alarmsInAlarm: readonly string[];
}

export type ServiceAction =
  /** Place and make `count` tasks of a revision or task set. */
  | { readonly kind: 'launch'; readonly origin: string; readonly count: number; readonly startedBy: string; readonly alternate: boolean; readonly hosts?: readonly string[] }
  | { readonly kind: 'stop'; readonly taskArn: string; readonly reason: string }
  | { readonly kind: 'putService'; readonly service: Service }
  | { readonly kind: 'putScheduler'; readonly scheduler: ServiceScheduler }
  | { readonly kind: 'putDeployment'; readonly deployment: ServiceDeployment }
  | { readonly kind: 'putTaskSet'; readonly taskSet: TaskSet }
  | { readonly kind: 'deleteTaskSet'; readonly taskSetArn: string }
  | { readonly kind: 'noteFailures'; readonly taskArns: readonly string[] }
  /** Per cent of production and test traffic for the alternate target groups; the rest is for the service's own. */
  | { readonly kind: 'traffic'; readonly production: number; readonly test: number }
  /** Adds the run of a hook to a deployment; it gets its id when it is written. */
  | { readonly kind: 'startHook'; readonly deploymentArn: string; readonly run: Omit<HookRun, 'hookId'> }
  | { readonly kind: 'event'; readonly message: string }
  | { readonly kind: 'forget'; readonly serviceArn: string };
