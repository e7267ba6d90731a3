// What HAProxy sees of a server, as a target's health.
import type { Target } from '#model/load-balancer.ts';

export type Health = Omit<Target['health'], 'since'>;

export interface ServerStat {
  /** `UP`, `DOWN`, `MAINT`, `NOLB`, `DRAIN`, `no check` */
  readonly status: string;
  /** Connections and requests it has now, waiting ones included. */
  readonly sessions: number;
  /** `L7OK`, `L7STS`, `L4TOUT`… of the last health check; empty before the first. */
  readonly checkStatus: string;
  /** HTTP status of the last health check. */
  readonly checkCode: string;
  /** What else there is to say about the last health check: `No route to host`. */
  readonly checkDetail?: string;
}

/** Nobody answers at the address at all, not even to refuse: requests under way there wait for a host that is gone. */
export function isUnreachable(stat: ServerStat): boolean {
  if (stat.status !== 'DOWN') return false;
  return stat.checkStatus === 'L4TOUT' || (stat.checkStatus === 'L4CON' && /no route to host|unreachable/i.test(stat.checkDetail ?? ''));
}

/** Reasons by the part of a request that failed, in the words of the API's model. */
export const HEALTH = {
  registering: { state: 'initial', reason: 'Elb.RegistrationInProgress', description: 'Target registration is in progress' },
  checking: { state: 'initial', reason: 'Elb.InitialHealthChecking', description: 'Initial health checks in progress' },
  healthy: { state: 'healthy' },
  draining: { state: 'draining', reason: 'Target.DeregistrationInProgress', description: 'Target deregistration is in progress' },
  unused: { state: 'unused', reason: 'Target.NotInUse', description: 'Target group is not configured to receive traffic from the load balancer' },
  timeout: { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' },
  failed: { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' },
} as const satisfies Record<string, Health>;

export function mismatch(code: string): Health {
  return { state: 'unhealthy', reason: 'Target.ResponseCodeMismatch', description: `Health checks failed with these codes: [${code}]` };
}

/** Of a server that takes part in health checks. */
export function healthOf(stat: ServerStat): Health {
  if (stat.status === 'UP' || stat.status === 'no check' || stat.status === 'NOLB') return HEALTH.healthy;
  if (stat.checkStatus === 'L7STS' && stat.checkCode !== '') return mismatch(stat.checkCode);
  if (/TOUT$/.test(stat.checkStatus)) return HEALTH.timeout;
  return HEALTH.failed;
}

export function sameHealth(a: Health, b: Health): boolean {
  return a.state === b.state && a.reason === b.reason && a.description === b.description;
}
