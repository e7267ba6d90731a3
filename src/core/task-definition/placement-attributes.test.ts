// Which hosts a definition asks for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placementAttributes } from './placement-attributes.ts';

const requiresAttributes = [{ name: 'ecs.capability.task-eni' }];

test('an instance must have the capabilities, a pool host need not say so', () => {
  assert.deepEqual(placementAttributes({ requiresAttributes }, 'EC2'), requiresAttributes);
  assert.deepEqual(placementAttributes({ requiresAttributes }, 'FARGATE'), []);
});

test('a processor that is named is asked for everywhere', () => {
  const arm = { name: 'ecs.cpu-architecture', value: 'arm64' };
  const definition = { requiresAttributes, runtimePlatform: { cpuArchitecture: 'ARM64' as const } };
  assert.deepEqual(placementAttributes(definition, 'FARGATE'), [arm]);
  assert.deepEqual(placementAttributes(definition, 'EXTERNAL'), [...requiresAttributes, arm]);
  assert.deepEqual(placementAttributes({ requiresAttributes, runtimePlatform: { operatingSystemFamily: 'LINUX' } }, 'FARGATE'), []);
});
