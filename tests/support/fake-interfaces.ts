// Interfaces of tasks without a machine: namespaces by name, addresses by VPC. What must not happen to them is noted.
import { delay, type Clock } from '#base/clock.ts';
import { done, failed } from '#agent/runtime.ts';
import { interfaceDevice, namespacePrefix, type TaskInterface, type TaskInterfaces } from '#agent/network/task-interfaces.ts';

export interface FakeInterfaces extends TaskInterfaces {
  /** Names of those there are. */
  readonly namespaces: readonly string[];
  /** Whether a container runs in it: the runtime's to say. */
  runs: (namespace: string) => boolean;
  readonly violations: readonly string[];
  /** The machine was started anew. */
  powerCycle(): void;
}

export function fakeInterfaces(clock: Clock): FakeInterfaces {
  /** By the device that one address has. */
  const made = new Map<string, string>();
  const violations: string[] = [];
  const drop = (namespace: string): void => {
    if (self.runs(namespace)) violations.push(`namespace ${namespace} was removed under a running container`);
    for (const [device, owner] of made) if (owner === namespace) made.delete(device);
  };
  const self: FakeInterfaces = {
    runs: () => false,
    violations,
    get namespaces() {
      return [...made.values()];
    },
    async attach(wanted: TaskInterface) {
      await delay(clock, 1);
      const device = interfaceDevice(wanted);
      const owner = made.get(device);
      if (owner !== undefined && owner !== wanted.namespace && self.runs(owner)) return failed('ResourceInitializationError', `address ${wanted.ipv4Address} is already in use on this host`);
      made.set(device, wanted.namespace);
      return done(undefined);
    },
    async detach(wanted) {
      await delay(clock, 1);
      if (made.get(interfaceDevice(wanted)) === wanted.namespace) drop(wanted.namespace);
      return done(undefined);
    },
    async sweep(agentId, used) {
      await delay(clock, 1);
      for (const name of self.namespaces) if (name.startsWith(namespacePrefix(agentId)) && !used.has(name) && !self.runs(name)) drop(name);
    },
    counters: () => undefined,
    forget() {},
    powerCycle: () => made.clear(),
  };
  return self;
}
