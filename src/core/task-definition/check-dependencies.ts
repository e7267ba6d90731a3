// Rules TD50 to TD53: dependsOn.
import type { ContainerDraft, Draft } from './draft.ts';
import { firstOf, type Violation } from './violation.ts';

type Dependency = NonNullable<ContainerDraft['dependsOn']>[number];

export const dependencyChecks: readonly ((draft: Draft) => Violation | undefined)[] = [
  (draft) => {
    for (const container of draft.containerDefinitions ?? []) {
      for (const dependency of container.dependsOn ?? []) {
        const target = draft.containerDefinitions?.find((other) => other.name === dependency.containerName);
        const violation = firstOf(edgeChecks, dependency, container, target);
        if (violation) return violation;
      }
    }
    return undefined;
  },
  ({ containerDefinitions = [] }) => {
    const name = inCycle(containerDefinitions);
    return name === undefined ? undefined : { rule: 'TD53', container: name };
  },
];

const edgeChecks: readonly ((dependency: Dependency, container: ContainerDraft, target: ContainerDraft | undefined) => Violation | undefined)[] = [
  ({ containerName }, { name = '' }, target) => (target ? undefined : { rule: 'TD50', container: name, value: containerName ?? '' }),
  ({ condition }, { name = '' }, target) => {
    const waitsForEnd = condition === 'SUCCESS' || condition === 'COMPLETE';
    return waitsForEnd && (target?.essential ?? true) ? { rule: 'TD51', container: name, value: target?.name ?? '' } : undefined;
  },
  ({ condition }, { name = '' }, target) =>
    condition === 'HEALTHY' && target?.healthCheck === undefined ? { rule: 'TD52', container: name, value: target?.name ?? '' } : undefined,
];

/** A container that waits for itself in the end, or undefined. Links and volumesFrom make containers wait as well. */
function inCycle(containers: readonly ContainerDraft[]): string | undefined {
  const waitsFor = new Map(containers.map((container) => [container.name ?? '', needs(container)]));
  const done = new Set<string>();
  const visit = (name: string, path: ReadonlySet<string>): string | undefined => {
    if (path.has(name)) return name;
    if (done.has(name)) return undefined;
    for (const next of waitsFor.get(name) ?? []) {
      const found = visit(next, new Set([...path, name]));
      if (found !== undefined) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const name of waitsFor.keys()) {
    const found = visit(name, new Set());
    if (found !== undefined) return found;
  }
  return undefined;
}

function needs({ dependsOn = [], links = [], volumesFrom = [] }: ContainerDraft): string[] {
  return [
    ...dependsOn.map(({ containerName }) => containerName ?? ''),
    ...links.map((link) => link.split(':')[0] ?? ''),
    ...volumesFrom.map(({ sourceContainer }) => sourceContainer ?? ''),
  ];
}
