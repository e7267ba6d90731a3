// Where sessions are recorded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerDefinition } from '#model/task-definition.ts';
import { logDestination } from './log-destination.ts';

const awslogs = { name: 'app', logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/app', 'awslogs-region': 'eu-west-1' } } } as unknown as ContainerDefinition;
const bare = { name: 'app' } as unknown as ContainerDefinition;

test('DEFAULT records where the container logs, OVERRIDE where the cluster says, NONE nowhere', () => {
  const app = { kind: 'group', group: '/app', region: 'eu-west-1' };
  assert.deepEqual(logDestination(undefined, awslogs, 'us-east-1'), app);
  assert.deepEqual(logDestination({ logging: 'DEFAULT' }, awslogs, 'us-east-1'), app);
  assert.deepEqual(logDestination(undefined, bare, 'us-east-1'), { kind: 'none' });
  assert.deepEqual(logDestination({ logging: 'NONE' }, awslogs, 'us-east-1'), { kind: 'none' });
  assert.deepEqual(logDestination({ logging: 'OVERRIDE', logConfiguration: { cloudWatchLogGroupName: '/audit' } }, awslogs, 'us-east-1'), { kind: 'group', group: '/audit', region: 'us-east-1' });
  assert.deepEqual(logDestination({ logging: 'OVERRIDE', logConfiguration: { cloudWatchLogGroupName: '/audit', s3BucketName: 'b' } }, bare, 'us-east-1'), { kind: 'bucket', bucket: 'b' });
});
