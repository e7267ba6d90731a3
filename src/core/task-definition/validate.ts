// Whether ECS accepts a draft: the first rule it breaks, or undefined. The rules and their order are in SPEC.md.
import { containerChecks } from './check-container.ts';
import { dependencyChecks } from './check-dependencies.ts';
import { fargateChecks } from './check-fargate.ts';
import { portChecks } from './check-ports.ts';
import { sizeChecks } from './check-sizes.ts';
import { shapeChecks, taskChecks } from './check-task.ts';
import { volumeChecks } from './check-volumes.ts';
import type { Draft } from './draft.ts';
import { firstOf, type Violation } from './violation.ts';

const CHECKS = [
  ...shapeChecks,
  ...volumeChecks,
  eachContainer,
  ...portChecks,
  ...dependencyChecks,
  ...sizeChecks,
  ...taskChecks,
];
const CHECKS_WITH_FARGATE = [...CHECKS, ...fargateChecks];

/** In this order: the task's shape, its volumes, each container by itself, ports, dependencies, sizes, the task as a whole, Fargate. */
export function validateDraft(draft: Draft): Violation | undefined {
  return firstOf(draft.requiresCompatibilities?.includes('FARGATE') ? CHECKS_WITH_FARGATE : CHECKS, draft);
}

function eachContainer(draft: Draft): Violation | undefined {
  for (const container of draft.containerDefinitions ?? []) {
    const violation = firstOf(containerChecks, container, draft);
    if (violation) return violation;
  }
  return undefined;
}
