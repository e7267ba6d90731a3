// What a host of the Fargate pool refuses: anything that reaches past the task into the host. The API refuses it first;
// this is the second lock on the door.
import type { PayloadTask } from '#link/messages.ts';

/** Why the task may not run on a pool host, or undefined. */
export function refuseOnPool(task: PayloadTask): string | undefined {
  if (task.networkMode !== 'awsvpc') return `network mode ${task.networkMode} is not available on Fargate`;
  if (task.pidMode === 'host' || task.ipcMode === 'host') return 'host namespaces are not available on Fargate';
  for (const volume of task.volumes) {
    if (volume.host !== undefined && volume.host.sourcePath !== '') return `volume ${volume.name}: host paths are not available on Fargate`;
    if (volume.type === 'docker') return `volume ${volume.name}: Docker volumes are not available on Fargate`;
  }
  for (const container of task.containers) {
    const hostConfig = JSON.parse(container.dockerConfig.hostConfig || '{}') as { Privileged?: boolean; Devices?: unknown[]; PidMode?: string };
    if (hostConfig.Privileged === true) return `container ${container.name}: privileged is not available on Fargate`;
    if ((hostConfig.Devices ?? []).length > 0) return `container ${container.name}: host devices are not available on Fargate`;
  }
  return undefined;
}
