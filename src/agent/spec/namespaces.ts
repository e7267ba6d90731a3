// Which namespaces a task's containers share, and whether that takes a pause container to hold them.
import type { PayloadTask } from '#link/messages.ts';

export interface Namespaces {
  /** True when a pause container holds something; a lone container needs none: it can hold its own. */
  readonly pause: boolean;
  readonly network: 'pause' | 'own';
  /** `shared`: the pause container's. */
  readonly pid: 'own' | 'host' | 'shared';
  readonly ipc: 'own' | 'host' | 'none' | 'shared';
}

export function namespaces(task: PayloadTask): Namespaces {
  const several = task.containers.length > 1;
  const network = several && task.networkMode === 'awsvpc' ? 'pause' : 'own';
  const pid = task.pidMode === 'host' ? 'host' : several && task.pidMode === 'task' ? 'shared' : 'own';
  const ipc = task.ipcMode === 'host' ? 'host' : task.ipcMode === 'none' ? 'none' : several && task.ipcMode === 'task' ? 'shared' : 'own';
  return { pause: network === 'pause' || pid === 'shared' || ipc === 'shared', network, pid, ipc };
}
