// A container's environment: what the definition says, and what the agent adds.
import type { PayloadContainer, PayloadTask } from '#link/messages.ts';
import { arnRegion } from './names.ts';

interface Overrides {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The members of the payload's overrides string that a host applies; nothing when it is not JSON. */
export function parseOverrides(text: string): Overrides {
  let value: unknown;
  try {
    value = JSON.parse(text === '' ? '{}' : text);
  } catch {
    return {};
  }
  return typeof value === 'object' && value !== null ? (value as Overrides) : {};
}

/**
 * `NAME=value` lines. The agent's own come last and win, as with Amazon's agent.
 * @param extra metadata and credentials addresses, once there is someone who serves them
 */
export function renderEnvironment(task: PayloadTask, container: PayloadContainer, extra: Readonly<Record<string, string>>): string[] {
  const all = {
    ...container.environment,
    ...parseOverrides(container.overrides).environment,
    ...platformEnvironment(task),
    ...extra,
  };
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}

function platformEnvironment(task: PayloadTask): Record<string, string> {
  if (task.launchType !== 'FARGATE') return { AWS_EXECUTION_ENV: 'AWS_ECS_EC2' };
  const region = arnRegion(task.arn);
  return { AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE', AWS_REGION: region, AWS_DEFAULT_REGION: region };
}
