// A task definition row for tests of core.
import type { ContainerDefinition, TaskDefinition } from '#model/task-definition.ts';

export function definitionFixture(container: Partial<ContainerDefinition> = {}, over: Partial<TaskDefinition> = {}): TaskDefinition {
  return {
    arn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/app:1',
    account: '000000000000',
    region: 'us-east-1',
    family: 'app',
    revision: 1,
    status: 'ACTIVE',
    containerDefinitions: [{ name: 'app', image: 'busybox', cpu: 0, essential: true, ...container }],
    volumes: [],
    placementConstraints: [],
    compatibilities: ['EC2'],
    requiresAttributes: [],
    registeredAt: 0,
    registeredBy: 'arn:aws:iam::000000000000:root',
    tags: [],
    ...over,
  };
}
