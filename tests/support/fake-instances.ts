// Machines in memory behind the driver's interface: they start when asked, and fail, die or hang as a test wants.
import type { InstanceDriver, MachineSpec, MachineView } from '#instances/driver.ts';
import { DriverRefusal } from '#instances/driver.ts';

export interface FakeInstances extends InstanceDriver {
  readonly machines: Map<string, { readonly spec: MachineSpec; state: MachineView['state'] }>;
  /** Every call, in order: `start i-1`. */
  readonly calls: string[];
  /** What the next starts do, one after the other: an error text, or `refuse: text`. */
  readonly failures: string[];
}

export function fakeInstances(): FakeInstances {
  const machines: FakeInstances['machines'] = new Map();
  const [calls, failures]: string[][] = [[], []];
  return {
    name: 'fake',
    machines,
    calls: calls!,
    failures: failures!,
    start(spec) {
      calls!.push(`start ${spec.id}`);
      const failure = failures!.shift();
      if (failure?.startsWith('refuse: ')) return Promise.reject(new DriverRefusal(failure.slice('refuse: '.length)));
      if (failure !== undefined) return Promise.reject(new Error(failure));
      machines.set(spec.id, { spec, state: 'up' });
      return Promise.resolve();
    },
    stop(id, how) {
      calls!.push(`${how === 'keep' ? 'stop' : 'terminate'} ${id}`);
      const machine = machines.get(id);
      if (machine !== undefined && how === 'keep') machine.state = 'off';
      if (how === 'forget') machines.delete(id);
      return Promise.resolve();
    },
    list: () => Promise.resolve([...machines].map(([id, { state }]) => ({ id, state }))),
  };
}
