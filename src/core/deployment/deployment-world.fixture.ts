// What the tests of deployments begin with: a service that serves, and ways to look at it.
import assert from 'node:assert/strict';
import { CONFIGURATION, currentDeployment, deploy, live, modelWorld, run } from '../service/service-world.fixture.ts';
import type { ModelWorld } from '../service/service-world.fixture.ts';
import type { DeploymentConfiguration, ServiceDeployment } from '#model/service.ts';

export const BREAKER: DeploymentConfiguration = { ...CONFIGURATION, deploymentCircuitBreaker: { enable: true, rollback: true } };

export const SHIFT: DeploymentConfiguration = { ...CONFIGURATION, strategy: 'BLUE_GREEN' };

export function serving(config: DeploymentConfiguration = CONFIGURATION, desiredCount = 3): ModelWorld {
  const world = modelWorld({ desiredCount, deploymentConfiguration: config });
  deploy(world);
  run(world, 60);
  assert.equal(currentDeployment(world)?.status, 'SUCCESSFUL');
  return world;
}

export const count = (world: ModelWorld, origin: string): number => live(world).filter((task) => task.origin === origin).length;
export const state = (world: ModelWorld): ServiceDeployment => currentDeployment(world)!;
