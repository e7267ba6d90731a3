// What ECS makes of a valid draft: defaults filled in, sizes in plain numbers, empty lists where it answers empty lists.
import type { ContainerDefinition, PortMapping, Volume } from '#model/task-definition.ts';
import { compatibilities } from './compatibilities.ts';
import type { ContainerDraft, DefinitionContent, Draft } from './draft.ts';
import { requiresAttributes } from './requires-attributes.ts';
import { parseCpu, parseMemory } from './size.ts';

/** Filled in by ECS; the start period is not. */
const HEALTH_CHECK = { interval: 30, timeout: 5, retries: 3 };

/** The content of the revision that `draft`, which has passed validateDraft, becomes. */
export function normalise(draft: Draft): DefinitionContent {
  const { cpu, memory } = draft;
  const content: Omit<DefinitionContent, 'compatibilities' | 'requiresAttributes'> = {
    containerDefinitions: (draft.containerDefinitions ?? []).map((c) => normaliseContainer(c, draft)),
    volumes: (draft.volumes ?? []).map((v) => normaliseVolume(v as Volume)),
    placementConstraints: defined(draft.placementConstraints ?? []) as DefinitionContent['placementConstraints'],
    ...defined({
      requiresCompatibilities: draft.requiresCompatibilities?.length ? [...draft.requiresCompatibilities] : undefined,
      taskRoleArn: nonEmpty(draft.taskRoleArn),
      executionRoleArn: nonEmpty(draft.executionRoleArn),
      networkMode: draft.networkMode,
      cpu: cpu === undefined || cpu === '' ? undefined : String(parseCpu(cpu)),
      memory: memory === undefined || memory === '' ? undefined : String(parseMemory(memory)),
      pidMode: draft.pidMode as DefinitionContent['pidMode'],
      ipcMode: draft.ipcMode as DefinitionContent['ipcMode'],
      runtimePlatform: draft.runtimePlatform,
      proxyConfiguration: draft.proxyConfiguration,
      inferenceAccelerators: draft.inferenceAccelerators?.length ? draft.inferenceAccelerators : undefined,
      ephemeralStorage: draft.ephemeralStorage as DefinitionContent['ephemeralStorage'],
      enableFaultInjection: draft.enableFaultInjection,
    }),
  };
  return { ...content, compatibilities: compatibilities(content), requiresAttributes: requiresAttributes(content) };
}

function normaliseContainer(container: ContainerDraft, draft: Draft): ContainerDefinition {
  return defined({
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    portMappings: (container.portMappings ?? []).map((mapping) => normalisePort(mapping, draft)),
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    ...(container.healthCheck ? { healthCheck: { ...HEALTH_CHECK, ...defined(container.healthCheck) } } : {}),
  }) as ContainerDefinition;
}

/** In awsvpc and host mode a container's port is the host's; in bridge mode port 0 is a dynamic one. */
function normalisePort(mapping: PortMapping, draft: Draft): PortMapping {
  const own = draft.networkMode === 'awsvpc' || draft.networkMode === 'host';
  if (mapping.containerPortRange !== undefined) return { ...mapping, protocol: mapping.protocol ?? 'tcp' };
  return { ...mapping, hostPort: mapping.hostPort || (own ? mapping.containerPort : 0) || 0, protocol: mapping.protocol ?? 'tcp' };
}

/** A volume without any configuration is an empty bind mount: ECS shows it as `host: {}`. */
function normaliseVolume(volume: Volume): Volume {
  const kinds = [
    volume.host,
    volume.dockerVolumeConfiguration,
    volume.efsVolumeConfiguration,
    volume.fsxWindowsFileServerVolumeConfiguration,
    volume.s3filesVolumeConfiguration,
    volume.configuredAtLaunch,
  ];
  const docker = volume.dockerVolumeConfiguration;
  if (docker !== undefined) {
    const scope = docker.scope ?? 'task';
    const filled = { ...docker, scope, ...(scope === 'shared' ? { autoprovision: docker.autoprovision ?? false } : {}) };
    return defined({ ...volume, dockerVolumeConfiguration: filled });
  }
  return kinds.every((kind) => kind === undefined) ? defined({ ...volume, host: {} }) : defined(volume);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** The same value without members that are undefined or null, at any depth: rows are plain JSON. */
function defined<T>(value: T): T {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined && item !== null).map(defined) as T;
  if (value === null || typeof value !== 'object') return value;
  const out: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined && member !== null) out[key] = defined(member);
  }
  return out as T;
}
