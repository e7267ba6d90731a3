// A host's resources between ECS's list of named values and the model.
import type { HostResources } from '#model/container-instance.ts';
import { invalidParameter } from './errors.ts';
import type { RegisterContainerInstanceRequest, Resource, Shape } from './shapes.ts';

type Input = Pick<Shape<RegisterContainerInstanceRequest>, 'totalResources' | 'platformDevices'>;

/** More than any machine has: 1,024 cores, 64 TiB, and a port of each number. */
const MOST = { CPU: 1024 * 1024, MEMORY: 64 * 1024 * 1024, GPUS: 1024 } as const;

/** What a host says it has. Throws InvalidParameterException for what is no number or port, is there twice, or that no machine has. */
export function parseResources({ totalResources = [], platformDevices = [] }: Input): HostResources {
  const byName = new Map(totalResources.map((resource) => [resource.name, resource]));
  if (byName.size !== totalResources.length) throw invalidParameter('A resource is listed more than once.');
  const gpus = platformDevices.filter((device) => device.type === 'GPU').map((device) => device.id ?? '');
  return {
    cpu: amount(byName.get('CPU'), MOST.CPU),
    memoryMiB: amount(byName.get('MEMORY'), MOST.MEMORY),
    reservedTcpPorts: ports(byName.get('PORTS')),
    reservedUdpPorts: ports(byName.get('PORTS_UDP')),
    gpus: gpuIds(gpus.length > 0 ? gpus : (byName.get('GPU')?.stringSetValue ?? [])),
  };
}

/** In ECS's form; `gpus` are ids of those that are there or left. */
export function viewResources(resources: HostResources): Shape<Resource>[] {
  return [
    integer('CPU', resources.cpu),
    integer('MEMORY', resources.memoryMiB),
    stringSet('PORTS', resources.reservedTcpPorts.map(String)),
    stringSet('PORTS_UDP', resources.reservedUdpPorts.map(String)),
    ...(resources.gpus.length > 0 ? [stringSet('GPU', resources.gpus)] : []),
  ];
}

function integer(name: string, value: number): Shape<Resource> {
  return { name, type: 'INTEGER', doubleValue: 0, longValue: 0, integerValue: value };
}

function stringSet(name: string, values: readonly string[]): Shape<Resource> {
  return { name, type: 'STRINGSET', doubleValue: 0, longValue: 0, integerValue: 0, stringSetValue: values };
}

function gpuIds(ids: readonly string[]): string[] {
  const distinct = [...new Set(ids)];
  if (distinct.length !== ids.length || distinct.includes('') || distinct.length > MOST.GPUS) throw invalidParameter('Invalid value for resource GPU.');
  return distinct;
}

function amount(resource: Shape<Resource> | undefined, most: number): number {
  const value = resource?.integerValue ?? resource?.longValue ?? resource?.doubleValue ?? 0;
  if (!Number.isFinite(value) || value < 0 || value > most) throw invalidParameter(`Invalid value for resource ${resource?.name}.`);
  return Math.floor(value);
}

function ports(resource: Shape<Resource> | undefined): number[] {
  return [...new Set(resource?.stringSetValue ?? [])].map((text) => {
    const port = Number(text);
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw invalidParameter(`Invalid port ${text} in resource ${resource?.name}.`);
    return port;
  });
}
