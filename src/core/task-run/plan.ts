// What a host was asked to run, reduced to what decides the order of things. The agent makes it from a payload.
import type { DependencyCondition } from '#model/task-definition.ts';

export interface ContainerPlan {
  readonly name: string;
  readonly essential: boolean;
  /** The pause container: ours, never reported, needs no pull. */
  readonly internal: boolean;
  readonly dependsOn: readonly { readonly containerName: string; readonly condition: DependencyCondition }[];
  /** Containers that must exist before this one can be created: volumesFrom, links, the namespace's holder. */
  readonly needsCreated: readonly string[];
  /** How long others wait for this container to become what they depend on, counted from its start. */
  readonly startTimeoutMs?: number;
  readonly stopTimeoutMs: number;
  readonly restart?: { readonly ignoredExitCodes: readonly number[]; readonly periodMs: number };
  /**
   * May be created before its dependencies are satisfied. False with volumes: what a container finds in a fresh volume
   * depends on who was created first.
   */
  readonly createEarly: boolean;
}

export interface TaskPlan {
  readonly arn: string;
  readonly containers: readonly ContainerPlan[];
}

/** Why the plan can never run, or undefined. The API refuses such definitions; Amazon's agent checks again, and so do we. */
export function planProblem(plan: TaskPlan): string | undefined {
  const resolved = new Set<string>();
  let waiting = [...plan.containers];
  while (waiting.length > 0) {
    const ready = waiting.filter((c) => neededBy(c).every((name) => resolved.has(name)));
    if (ready.length === 0) {
      const names = waiting.map((c) => c.name).join(', ');
      return `dependency graph: containers wait for one another or for a container that does not exist: ${names}`;
    }
    for (const container of ready) resolved.add(container.name);
    waiting = waiting.filter((c) => !resolved.has(c.name));
  }
  return undefined;
}

/** Names of all containers this one relies on, in whatever way. */
export function neededBy(container: ContainerPlan): readonly string[] {
  return [...container.dependsOn.map((d) => d.containerName), ...container.needsCreated];
}
