// Rules TD16 to TD41: each container by itself, and what it names elsewhere in the task.
import type { ContainerDraft, Draft } from './draft.ts';
import { healthViolation, linuxViolation, limitViolation, restartViolation, timeoutViolation } from './check-container-limits.ts';
import { loggingChecks } from './check-logging.ts';
import type { Violation } from './violation.ts';

export type ContainerCheck = (container: ContainerDraft, draft: Draft) => Violation | undefined;

const MAX_NAME = 255;
const MIN_MEMORY_MIB = 4;
const NAME = /^[a-zA-Z0-9_-]+$/;
const IMAGE = /^[a-zA-Z0-9_\-:./#@+]+$/;
const HOST = /^[a-zA-Z0-9._-]{1,255}$/;
const ADDRESS = /^[0-9a-fA-F:.]{2,45}$/;
const SECURITY_OPTION = /^(no-new-privileges(:(true|false))?|apparmor:.+|label:.+|credentialspec(domainless)?:.+)$/;

const named = (container: ContainerDraft): { container: string } => ({ container: container.name ?? '' });

export const containerChecks: readonly ContainerCheck[] = [
  (c) => (c.name ? undefined : { rule: 'TD16' }),
  (c) => ((c.name ?? '').length > MAX_NAME ? { rule: 'TD17', ...named(c) } : undefined),
  (c) => (NAME.test(c.name ?? '') ? undefined : { rule: 'TD18', ...named(c) }),
  (c) => (c.image ? undefined : { rule: 'TD19', ...named(c) }),
  (c) => (IMAGE.test(c.image ?? '') ? undefined : { rule: 'TD20', ...named(c) }),
  (c) => ((c.cpu ?? 0) < 0 ? { rule: 'TD21', ...named(c) } : undefined),
  memoryViolation,
  (c, { memory }) =>
    c.memory === undefined && c.memoryReservation === undefined && !memory ? { rule: 'TD23', ...named(c) } : undefined,
  (c) => (c.memory !== undefined && c.memory < (c.memoryReservation ?? 0) ? { rule: 'TD24', ...named(c) } : undefined),
  (c) => ((c.environment ?? []).every(({ name }) => name) ? undefined : { rule: 'TD25', ...named(c) }),
  environmentFileViolation,
  linkViolation,
  (c, { networkMode }) =>
    c.hostname && (networkMode === 'awsvpc' || networkMode === 'host') ? { rule: 'TD28', ...named(c), value: networkMode } : undefined,
  extraHostViolation,
  mountViolation,
  (c, { containerDefinitions = [] }) => {
    const sources = (c.volumesFrom ?? []).map(({ sourceContainer }) => sourceContainer ?? '');
    const unknown = sources.find((name) => name === c.name || !containerDefinitions.some((other) => other.name === name));
    return unknown === undefined ? undefined : { rule: 'TD31', ...named(c), value: unknown };
  },
  healthViolation,
  limitViolation,
  linuxViolation,
  timeoutViolation,
  restartViolation,
  ...loggingChecks,
  secretViolation,
  systemControlViolation,
  resourceViolation,
  (c) => {
    const bad = (c.dockerSecurityOptions ?? []).find((option) => !SECURITY_OPTION.test(option));
    return bad === undefined ? undefined : { rule: 'TD41', ...named(c), value: bad };
  },
];

function memoryViolation(container: ContainerDraft): Violation | undefined {
  for (const member of ['memory', 'memoryReservation'] as const) {
    const value = container[member];
    if (value !== undefined && value < MIN_MEMORY_MIB) return { rule: 'TD22', ...named(container), member };
  }
  return undefined;
}

function environmentFileViolation(container: ContainerDraft): Violation | undefined {
  const files = container.environmentFiles ?? [];
  if (files.length > 10) return { rule: 'TD26', ...named(container) };
  const bad = files.find(({ value }) => !value?.endsWith('.env'));
  return bad ? { rule: 'TD26', ...named(container), value: bad.value ?? '' } : undefined;
}

function linkViolation(container: ContainerDraft, { networkMode, containerDefinitions = [] }: Draft): Violation | undefined {
  const links = container.links ?? [];
  if (links.length === 0) return undefined;
  if (networkMode !== undefined && networkMode !== 'bridge') return { rule: 'TD27', ...named(container), member: 'networkMode', value: networkMode };
  for (const link of links) {
    const [target = '', alias] = link.split(':');
    const known = target !== container.name && containerDefinitions.some((other) => other.name === target);
    if (!known || (alias !== undefined && !NAME.test(alias))) return { rule: 'TD27', ...named(container), value: link };
  }
  return undefined;
}

function extraHostViolation(container: ContainerDraft, { networkMode }: Draft): Violation | undefined {
  const hosts = container.extraHosts ?? [];
  if (hosts.length > 0 && networkMode === 'awsvpc') return { rule: 'TD29', ...named(container), member: 'networkMode', value: networkMode };
  const bad = hosts.find(({ hostname, ipAddress }) => !HOST.test(hostname ?? '') || !ADDRESS.test(ipAddress ?? ''));
  return bad ? { rule: 'TD29', ...named(container), value: `${bad.hostname}:${bad.ipAddress}` } : undefined;
}

function mountViolation(container: ContainerDraft, { volumes = [] }: Draft): Violation | undefined {
  for (const { sourceVolume, containerPath } of container.mountPoints ?? []) {
    if (!volumes.some(({ name }) => name === sourceVolume)) return { rule: 'TD30', ...named(container), value: sourceVolume ?? 'null' };
    if (!containerPath) return { rule: 'TD30', ...named(container), member: 'containerPath' };
  }
  return undefined;
}

function secretViolation(container: ContainerDraft, { executionRoleArn }: Draft): Violation | undefined {
  const secrets = container.secrets ?? [];
  const options = container.logConfiguration?.secretOptions ?? [];
  if ([...secrets, ...options].some(({ name, valueFrom }) => !name || !valueFrom)) return { rule: 'TD38', ...named(container), member: 'valueFrom' };
  if (secrets.length + options.length > 0 && !executionRoleArn) return { rule: 'TD38', ...named(container), member: 'executionRoleArn' };
  const taken = new Set((container.environment ?? []).map(({ name }) => name));
  for (const { name } of secrets) {
    if (taken.has(name)) return { rule: 'TD38', ...named(container), value: name };
    taken.add(name);
  }
  if (container.repositoryCredentials && (!executionRoleArn || !container.repositoryCredentials.credentialsParameter)) {
    return { rule: 'TD38', ...named(container), member: 'repositoryCredentials' };
  }
  return undefined;
}

/** Kernel parameters of the network belong to the host in host mode; those of IPC to whoever shares it. */
function systemControlViolation(container: ContainerDraft, { networkMode, ipcMode }: Draft): Violation | undefined {
  for (const { namespace = '', value } of container.systemControls ?? []) {
    const network = namespace.startsWith('net.');
    const ipc = /^(kernel\.(msg|sem|shm)|fs\.mqueue\.)/.test(namespace);
    const allowed = (network && networkMode !== 'host') || (ipc && ipcMode !== 'host' && ipcMode !== 'none');
    if (!allowed || !value) return { rule: 'TD39', ...named(container), value: namespace };
  }
  return undefined;
}

function resourceViolation(container: ContainerDraft, { inferenceAccelerators = [] }: Draft): Violation | undefined {
  for (const { type, value } of container.resourceRequirements ?? []) {
    const fits =
      type === 'InferenceAccelerator' ? inferenceAccelerators.some((a) => a.deviceName === value) : /^[1-9]\d{0,3}$/.test(value ?? '');
    if (!fits) return { rule: 'TD40', ...named(container), member: type, value: value ?? '' };
  }
  return undefined;
}
