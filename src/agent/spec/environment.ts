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

export interface AddedEnvironment {
  /** Values of secrets. */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  /** Of `environmentFiles`: everything the definition says itself goes before it. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Metadata and credentials addresses, once there is someone who serves them. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Where this host serves Longshore's API to containers. */
  readonly apiUrl?: string | undefined;
}

/** `NAME=value` lines. The agent's own come last and win, as with Amazon's agent; but a definition may choose another AWS endpoint. */
export function renderEnvironment(task: PayloadTask, container: PayloadContainer, added: AddedEnvironment): string[] {
  const all = {
    ...apiEnvironment(task, added.apiUrl),
    ...added.files,
    ...container.environment,
    ...parseOverrides(container.overrides).environment,
    ...platformEnvironment(task),
    ...added.secrets,
    ...added.addresses,
  };
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}

function platformEnvironment(task: PayloadTask): Record<string, string> {
  if (task.launchType !== 'FARGATE') return { AWS_EXECUTION_ENV: 'AWS_ECS_EC2' };
  return { AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE', ...regionEnvironment(task) };
}

/** An SDK on EC2 asks the instance for its region; here is no instance to ask. */
function apiEnvironment(task: PayloadTask, apiUrl: string | undefined): Record<string, string> {
  if (task.apiEndpoint !== true || apiUrl === undefined || task.networkMode === 'none') return {};
  return { AWS_ENDPOINT_URL: apiUrl, ...regionEnvironment(task) };
}

function regionEnvironment(task: PayloadTask): Record<string, string> {
  const region = arnRegion(task.arn);
  return { AWS_REGION: region, AWS_DEFAULT_REGION: region };
}
