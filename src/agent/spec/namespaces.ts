// Which namespaces a task's containers share, and whether that takes a pause container to hold them.
import type { PayloadTask } from '#link/messages.ts';

export interface Namespaces {
  /** True when a pause container holds something; a lone container needs none: it can hold its own. */
  readonly pause: boolean;
  /** `attached`: a namespace that the agent made for the task. */
  readonly network: 'pause' | 'own' | 'attached';
  /** `shared`: the pause container's. */
  readonly pid: 'own' | 'host' | 'shared';
  readonly ipc: 'own' | 'host' | 'none' | 'shared';
}

/** @param attached the task's interface is in a namespace that the agent made, which nobody has to hold */
export function namespaces(task: PayloadTask, attached: boolean): Namespaces {
  const several = task.containers.length > 1;
  const network = task.networkMode !== 'awsvpc' ? 'own' : attached ? 'attached' : several ? 'pause' : 'own';
  const pid = task.pidMode === 'host' ? 'host' : several && task.pidMode === 'task' ? 'shared' : 'own';
  const ipc = task.ipcMode === 'host' ? 'host' : task.ipcMode === 'none' ? 'none' : several && task.ipcMode === 'task' ? 'shared' : 'own';
  return { pause: network === 'pause' || pid === 'shared' || ipc === 'shared', network, pid, ipc };
}
