// A task's volumes: which ones to make, how containers mount them, and what the host cannot give.
import type { PayloadContainer, PayloadTask, PayloadVolume } from '#link/messages.ts';
import type { VolumeSpec } from '../runtime.ts';
import { LABELS, containerName, taskLabels, volumeName } from './names.ts';

export interface VolumePlan {
  readonly ensure: readonly VolumeSpec[];
  /** Gone with the task. */
  readonly removeLater: readonly string[];
  /** Why the task cannot have its volumes, as a ResourceInitializationError says it. */
  readonly problem?: string;
}

/** What must exist before the containers are created. Source: `volumes` in the ECS task definition reference. */
export function planVolumes(task: PayloadTask, agentId: string): VolumePlan {
  const ensure: VolumeSpec[] = [];
  const removeLater: string[] = [];
  for (const volume of task.volumes) {
    if (isBind(volume)) continue;
    if (volume.type !== 'host' && volume.type !== 'docker') {
      return { ensure: [], removeLater: [], problem: `volume ${volume.name}: volumes of type ${volume.type} are not supported on this host` };
    }
    const config = volume.dockerVolumeConfiguration;
    const shared = config?.scope === 'shared';
    // A shared volume that may not be provisioned has to be there: mounting it by name would make it silently.
    if (shared && config.autoprovision !== true) continue;
    const name = engineVolume(task, volume);
    const labels = shared ? { ...config.labels } : { ...config?.labels, ...taskLabels(task, agentId) };
    ensure.push({
      name,
      ...(config?.driver !== undefined && { driver: config.driver }),
      ...(config?.driverOpts !== undefined && { driverOpts: config.driverOpts }),
      labels,
    });
    if (!shared) removeLater.push(name);
  }
  return { ensure, removeLater };
}

/** Names of shared volumes that must exist already. */
export function requiredVolumes(task: PayloadTask): string[] {
  return task.volumes.filter((v) => v.dockerVolumeConfiguration?.scope === 'shared' && v.dockerVolumeConfiguration.autoprovision !== true).map((v) => v.name);
}

/** `source:path[:ro]` for every mount point. A mount point without a volume mounts nothing. */
export function renderBinds(task: PayloadTask, container: PayloadContainer): string[] {
  return container.mountPoints.flatMap((mount) => {
    const volume = task.volumes.find((v) => v.name === mount.sourceVolume);
    if (volume === undefined) return [];
    const source = isBind(volume) ? volume.host!.sourcePath : engineVolume(task, volume);
    return [`${source}:${mount.containerPath}${mount.readOnly ? ':ro' : ''}`];
  });
}

export function renderVolumesFrom(task: PayloadTask, container: PayloadContainer): string[] {
  return container.volumesFrom.map((from) => `${containerName(task, from.sourceContainer)}${from.readOnly ? ':ro' : ''}`);
}

/** The label by which volumes of an agent's tasks are found. */
export const VOLUME_OWNER = LABELS.agent;

function engineVolume(task: PayloadTask, volume: PayloadVolume): string {
  return volume.dockerVolumeConfiguration?.scope === 'shared' ? volume.name : volumeName(task, volume.name);
}

function isBind(volume: PayloadVolume): boolean {
  return volume.type === 'host' && volume.host !== undefined && volume.host.sourcePath !== '' && volume.host.sourcePath !== undefined;
}
