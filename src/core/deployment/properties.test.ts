// Rolling deployments that fail, as properties.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limitsOf } from '../service/limits.ts';
import { currentDeployment, deploy, live, modelWorld, run } from '../service/service-world.fixture.ts';

test('DP6 a deployment that keeps failing ends rolled back to the completed revision', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.constantFrom(0, 50, 100), fc.constantFrom(150, 200), (desiredCount, minimumHealthyPercent, maximumPercent) => {
      const config = { strategy: 'ROLLING', minimumHealthyPercent, maximumPercent, deploymentCircuitBreaker: { enable: true, rollback: true } } as const;
      fc.pre(limitsOf(config, desiredCount).lower < limitsOf(config, desiredCount).upper);
      const world = modelWorld({ desiredCount, deploymentConfiguration: config });
      deploy(world);
      run(world, 120);
      assert.equal(currentDeployment(world)?.status, 'SUCCESSFUL');
      const bad = deploy(world);
      run(world, 4_000, (task) => task.origin === bad.targetRevisionArn);
      assert.equal(currentDeployment(world)?.status, 'ROLLBACK_SUCCESSFUL');
      assert.deepEqual(new Set(live(world).map((task) => task.origin)), new Set(['rev-1']));
      assert.equal(live(world).length, desiredCount);
    }),
    { numRuns: 20 },
  );
});
