// What a task of a definition takes from its host: the figures placement adds up.
import type { ContainerOverride, ReservedResources } from '#model/task.ts';
import type { ContainerDefinition, NetworkMode, ResourceRequirement } from '#model/task-definition.ts';

/** The parts of a definition that decide it. */
export interface Sized {
  readonly containerDefinitions: readonly ContainerDefinition[];
  readonly networkMode?: NetworkMode;
  readonly cpu?: string;
  readonly memory?: string;
}

export interface SizeOverride {
  readonly cpu?: string;
  readonly memory?: string;
  readonly containerOverrides: readonly ContainerOverride[];
}

/**
 * Task-level CPU and memory when given, else the sums over the containers (the soft limit where there is one).
 * Ports are host ports fixed by the definition: in bridge and host mode only, as an awsvpc task has its own address.
 */
export function reservedResources(definition: Sized, override: SizeOverride): ReservedResources {
  const containers = definition.containerDefinitions.map((container) => sized(container, override));
  const sum = (pick: (c: ContainerDefinition) => number): number => containers.reduce((total, c) => total + pick(c), 0);
  const cpu = override.cpu ?? definition.cpu;
  const memory = override.memory ?? definition.memory;
  return {
    cpu: cpu === undefined ? sum((c) => c.cpu ?? 0) : Number(cpu),
    memoryMiB: memory === undefined ? sum((c) => c.memoryReservation ?? c.memory ?? 0) : Number(memory),
    tcpPorts: staticPorts(definition, 'tcp'),
    udpPorts: staticPorts(definition, 'udp'),
    gpus: sum((c) => gpuCount(c.resourceRequirements)),
  };
}

function sized(container: ContainerDefinition, override: SizeOverride): ContainerDefinition {
  const own = override.containerOverrides.find((o) => o.name === container.name);
  if (!own) return container;
  return {
    ...container,
    ...(own.cpu === undefined ? {} : { cpu: own.cpu }),
    ...(own.memory === undefined ? {} : { memory: own.memory }),
    ...(own.memoryReservation === undefined ? {} : { memoryReservation: own.memoryReservation }),
    ...(own.resourceRequirements === undefined ? {} : { resourceRequirements: own.resourceRequirements }),
  };
}

function staticPorts(definition: Sized, protocol: 'tcp' | 'udp'): number[] {
  if (definition.networkMode === 'awsvpc' || definition.networkMode === 'none') return [];
  const ports = new Set<number>();
  for (const container of definition.containerDefinitions) {
    for (const mapping of container.portMappings ?? []) {
      if ((mapping.protocol ?? 'tcp') !== protocol) continue;
      const port = definition.networkMode === 'host' ? (mapping.hostPort ?? mapping.containerPort) : mapping.hostPort;
      if (port !== undefined && port !== 0) ports.add(port);
    }
  }
  return [...ports].sort((a, b) => a - b);
}

function gpuCount(requirements: readonly ResourceRequirement[] | undefined): number {
  return (requirements ?? []).reduce((sum, r) => sum + (r.type === 'GPU' ? Number(r.value) || 0 : 0), 0);
}
