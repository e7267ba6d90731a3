// Rules TD54 to TD57: the size of the task and of its containers within it.
import type { ContainerDraft, Draft } from './draft.ts';
import { parseCpu, parseMemory } from './size.ts';
import type { Violation } from './violation.ts';

const MIN_CPU = 128;
const MAX_CPU = 196_608;
const MIN_MEMORY_MIB = 4;

export const sizeChecks: readonly ((draft: Draft) => Violation | undefined)[] = [
  ({ cpu }) => {
    if (!cpu) return undefined;
    const units = parseCpu(cpu);
    return units === undefined || units < MIN_CPU || units > MAX_CPU ? { rule: 'TD54', value: cpu } : undefined;
  },
  ({ memory }) => {
    if (!memory) return undefined;
    const size = parseMemory(memory);
    return size === undefined || size < MIN_MEMORY_MIB ? { rule: 'TD55', value: memory } : undefined;
  },
  ({ cpu, containerDefinitions = [] }) => {
    const sum = containerDefinitions.reduce((total, c) => total + (c.cpu ?? 0), 0);
    return cpu && sum > (parseCpu(cpu) ?? 0) ? { rule: 'TD56' } : undefined;
  },
  ({ memory, containerDefinitions = [] }) => (memory ? memoryViolation(parseMemory(memory) ?? 0, containerDefinitions) : undefined),
];

/** No container may be larger than the task, and what they reserve must fit together. */
function memoryViolation(taskMiB: number, containers: readonly ContainerDraft[]): Violation | undefined {
  const large = containers.find((c) => Math.max(c.memory ?? 0, c.memoryReservation ?? 0) > taskMiB);
  if (large) return { rule: 'TD57', container: large.name ?? '' };
  const sum = containers.reduce((total, c) => total + (c.memoryReservation ?? c.memory ?? 0), 0);
  return sum > taskMiB ? { rule: 'TD57' } : undefined;
}
