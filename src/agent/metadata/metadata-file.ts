// The container metadata file (ECS developer guide, "Amazon ECS container metadata file"): a folder of the host in each container of a task on
// an instance, whose file says what the container is once it runs. Fargate has none. The folder follows from the task, so that it outlives the agent.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '#base/logger.ts';
import type { PayloadTask } from '#link/messages.ts';
import type { ContainerInfo } from '../runtime.ts';
import { clusterName, containerName, taskId } from '../spec/names.ts';

export interface MountedFile {
  readonly binds: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Nothing here throws: a container runs without the file rather than not at all. */
export interface MetadataFiles {
  /** What mounts the file into a container and leads there, with the file as far as it is known before the container runs. */
  prepare(task: PayloadTask, container: string): MountedFile;
  /** The whole of it. */
  complete(task: PayloadTask, container: string, info: ContainerInfo): void;
  remove(taskArn: string): void;
}

export interface MetadataFileOptions {
  /** On this host; absolute. */
  readonly folder: string;
  readonly containerInstanceArn: () => string | undefined;
  readonly log: Logger;
}

const MOUNT = '/opt/ecs/metadata';
const FILE = 'ecs-container-metadata.json';

const NONE: MountedFile = { binds: [], environment: {} };

export function openMetadataFiles({ folder, containerInstanceArn, log }: MetadataFileOptions): MetadataFiles {
  const has = (task: PayloadTask, container: string): boolean => task.launchType !== 'FARGATE' && task.containers.some(({ name }) => name === container);
  const guarded = <T>(taskArn: string, otherwise: T, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      log.warn('a container metadata file could not be written', { task: taskArn, error: String(error) });
      return otherwise;
    }
  };
  const folderOf = (task: PayloadTask, container: string): string => join(folder, taskId(task.arn), container);
  const write = (task: PayloadTask, container: string, value: object): void => {
    const path = join(folderOf(task, container), FILE);
    // Whoever reads it sees one or the other.
    writeFileSync(`${path}.new`, JSON.stringify(value));
    renameSync(`${path}.new`, path);
  };
  const first = (task: PayloadTask, container: string): object => ({
    Cluster: clusterName(task.taskClusterArn),
    ContainerInstanceARN: containerInstanceArn(),
    TaskARN: task.arn,
    TaskDefinitionFamily: task.family,
    TaskDefinitionRevision: task.version,
    ContainerName: container,
  });
  return {
    prepare: (task, container) => guarded(task.arn, NONE, () => {
      if (!has(task, container)) return NONE;
      const own = folderOf(task, container);
      mkdirSync(own, { recursive: true, mode: 0o755 });
      write(task, container, first(task, container));
      const mount = `${MOUNT}/${taskId(task.arn)}`;
      return { binds: [`${own}:${mount}:ro`], environment: { ECS_CONTAINER_METADATA_FILE: `${mount}/${FILE}` } };
    }),
    complete: (task, container, info) => guarded(task.arn, undefined, () => {
      if (has(task, container)) write(task, container, { ...first(task, container), ...running(task, container, info) });
    }),
    remove: (taskArn) => guarded(taskArn, undefined, () => rmSync(join(folder, taskId(taskArn)), { recursive: true, force: true })),
  };
}

function running(task: PayloadTask, container: string, info: ContainerInfo): object {
  return {
    ContainerID: info.id,
    DockerContainerName: `/${containerName(task, container)}`,
    ImageID: info.image,
    ImageName: task.containers.find(({ name }) => name === container)?.image,
    PortMappings: info.ports.map((port) => ({ ContainerPort: port.containerPort, HostPort: port.hostPort, BindIp: port.hostIp, Protocol: port.protocol })),
    Networks: [{ NetworkMode: task.networkMode, IPv4Addresses: Object.values(info.addresses).filter((address) => address !== '') }],
    MetadataFileStatus: 'READY',
    ...(task.availabilityZone !== undefined && { AvailabilityZone: task.availabilityZone }),
  };
}
