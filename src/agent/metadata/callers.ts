// Which container a request at the task address comes from: its source address is that container's. Interfaces of a VPC say so in the order;
// for the bridge the engine is asked once for each state of a running container, not for each request.
import type { ContainerRun } from '#core/task-run/run.ts';
import type { Runtime } from '../runtime.ts';
import { taskInterface } from '../spec/network.ts';
import type { TaskRunner } from '../task-runner.ts';

export interface Callers {
  comesFrom(runner: TaskRunner, container: string, address: string): Promise<boolean>;
  /** Whether it comes from any container of the task. */
  comesFromTask(runner: TaskRunner, address: string): Promise<boolean>;
  /** Whether it comes from any container of this agent. */
  comesFromHere(address: string): Promise<boolean>;
}

/** @param isOwn whether an address is one of this host's: where requests of host-mode tasks come from */
export function openCallers(source: { readonly runners: ReadonlyMap<string, TaskRunner>; readonly runtime: Pick<Runtime, 'inspect'> }, isOwn: (address: string) => boolean): Callers {
  const known = new WeakMap<ContainerRun, readonly string[]>();

  const addressesOf = async (run: ContainerRun | undefined): Promise<readonly string[]> => {
    if (run?.runtimeId === undefined) return [];
    const cached = known.get(run);
    if (cached !== undefined) return cached;
    const found = await source.runtime.inspect(run.runtimeId);
    const addresses = found.ok ? Object.values(found.value?.addresses ?? {}).filter((address) => address !== '') : [];
    // A restart makes another ContainerRun; before it runs, a container has no address yet.
    if (run.phase === 'running' && addresses.length > 0) known.set(run, addresses);
    return addresses;
  };

  const comesFrom = async (runner: TaskRunner, container: string, address: string): Promise<boolean> => {
    const { payload } = runner.context;
    const eni = taskInterface(payload);
    if (eni !== undefined) return eni.ipv4Addresses.some((own) => own.privateAddress === address);
    if (payload.networkMode === 'host') return isOwn(address);
    if (payload.networkMode === 'none') return false;
    return (await addressesOf(runner.run.containers[container])).includes(address);
  };

  const comesFromTask = async (runner: TaskRunner, address: string): Promise<boolean> => {
    for (const { name } of runner.context.payload.containers) {
      if (await comesFrom(runner, name, address)) return true;
    }
    return false;
  };

  return {
    comesFrom,
    comesFromTask,
    async comesFromHere(address) {
      for (const runner of source.runners.values()) {
        if (await comesFromTask(runner, address)) return true;
      }
      return false;
    },
  };
}
