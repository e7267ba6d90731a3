// The Engine API's container config (`dockerConfig.config`): what the image and process are like. Command, environment
// and ports travel as fields of the payload, as Amazon's agent expects.
import type { ContainerDefinition, HealthCheck } from '#model/task-definition.ts';

const NS_PER_SECOND = 1_000_000_000;

/** Members only where the definition says something. */
export function renderConfig(container: ContainerDefinition): Record<string, unknown> {
  return {
    ...(container.hostname !== undefined && { Hostname: container.hostname }),
    ...(container.user !== undefined && { User: container.user }),
    ...(container.workingDirectory !== undefined && { WorkingDir: container.workingDirectory }),
    ...(container.pseudoTerminal === true && { Tty: true }),
    ...(container.interactive === true && { OpenStdin: true }),
    ...(container.disableNetworking === true && { NetworkDisabled: true }),
    ...(container.dockerLabels !== undefined && { Labels: container.dockerLabels }),
    ...(container.healthCheck !== undefined && { Healthcheck: renderHealthCheck(container.healthCheck) }),
  };
}

/** ECS's defaults filled in: interval 30 s, timeout 5 s, 3 retries, no start period (HealthCheck of the ECS model). */
function renderHealthCheck(check: HealthCheck): Record<string, unknown> {
  if (check.command[0] === 'NONE') return { Test: ['NONE'] };
  return {
    Test: check.command,
    Interval: (check.interval ?? 30) * NS_PER_SECOND,
    Timeout: (check.timeout ?? 5) * NS_PER_SECOND,
    Retries: check.retries ?? 3,
    StartPeriod: (check.startPeriod ?? 0) * NS_PER_SECOND,
  };
}
