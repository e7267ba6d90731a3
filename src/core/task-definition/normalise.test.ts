// What is stored of an accepted draft: defaults as ECS fills them in, and nothing ECS does not return.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DRAFT, FARGATE, withContainer } from './draft.fixture.ts';
import { normalise } from './normalise.ts';

test('a plain definition gets the defaults of ECS and no other members', () => {
  assert.deepEqual(normalise(DRAFT), {
    containerDefinitions: [
      {
        name: 'app',
        image: 'busybox',
        cpu: 0,
        essential: true,
        portMappings: [],
        environment: [],
        mountPoints: [],
        volumesFrom: [],
        systemControls: [],
      },
    ],
    volumes: [],
    placementConstraints: [],
    memory: '512',
    compatibilities: ['EC2'],
    requiresAttributes: [],
  });
});

test('zero, false and empty strings that were given stay as given', () => {
  const { containerDefinitions } = normalise(withContainer({ essential: false, environment: [{ name: 'E', value: '' }], stopTimeout: 0, command: [] }));
  assert.equal(containerDefinitions[0]?.essential, false);
  assert.deepEqual(containerDefinitions[0]?.environment, [{ name: 'E', value: '' }]);
  assert.equal(containerDefinitions[0]?.stopTimeout, 0);
  assert.deepEqual(containerDefinitions[0]?.command, []);
});

test('a health check gets its interval, timeout and retries', () => {
  const check = (healthCheck: object) => normalise(withContainer({ healthCheck })).containerDefinitions[0]?.healthCheck;
  assert.deepEqual(check({ command: ['CMD', 'true'] }), { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 });
  assert.deepEqual(check({ command: ['CMD', 'true'], interval: 10, startPeriod: 0 }), { command: ['CMD', 'true'], interval: 10, timeout: 5, retries: 3, startPeriod: 0 });
});

test('sizes are stored in plain numbers', () => {
  const { cpu, memory, compatibilities } = normalise({ ...FARGATE, cpu: '.25 vCPU', memory: '0.5GB' });
  assert.deepEqual([cpu, memory, compatibilities], ['256', '512', ['EC2', 'FARGATE']]);
});

test('host ports follow from the network mode', () => {
  const ports = (networkMode: 'awsvpc' | 'bridge' | 'host' | undefined, mapping: object) =>
    normalise(withContainer({ portMappings: [mapping] }, { ...DRAFT, networkMode })).containerDefinitions[0]?.portMappings?.[0];
  assert.deepEqual(ports('awsvpc', { containerPort: 80 }), { containerPort: 80, hostPort: 80, protocol: 'tcp' });
  assert.deepEqual(ports('host', { containerPort: 80, hostPort: 0 }), { containerPort: 80, hostPort: 80, protocol: 'tcp' });
  assert.deepEqual(ports('bridge', { containerPort: 80, protocol: 'udp' }), { containerPort: 80, hostPort: 0, protocol: 'udp' });
  assert.deepEqual(ports(undefined, { containerPort: 80, hostPort: 8080 }), { containerPort: 80, hostPort: 8080, protocol: 'tcp' });
  assert.deepEqual(ports('awsvpc', { containerPortRange: '80-90' }), { containerPortRange: '80-90', protocol: 'tcp' });
});

test('a volume without configuration is a bind mount, a Docker volume has a scope', () => {
  const { volumes } = normalise({
    ...DRAFT,
    volumes: [{ name: 'a' }, { name: 'b', host: { sourcePath: '/b' } }, { name: 'c', dockerVolumeConfiguration: {} }, { name: 'd', dockerVolumeConfiguration: { scope: 'shared' } }],
  });
  assert.deepEqual(volumes, [
    { name: 'a', host: {} },
    { name: 'b', host: { sourcePath: '/b' } },
    { name: 'c', dockerVolumeConfiguration: { scope: 'task' } },
    { name: 'd', dockerVolumeConfiguration: { scope: 'shared', autoprovision: false } },
  ]);
});

test('it says which attributes a host must have', () => {
  const options = { 'awslogs-region': 'us-east-1', 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' };
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1';
  const draft = withContainer({ image, logConfiguration: { logDriver: 'awslogs', options } }, { ...FARGATE, executionRoleArn: 'role', taskRoleArn: 'role' });
  assert.deepEqual(normalise(draft).requiresAttributes.map((attribute) => attribute.name), [
    'com.amazonaws.ecs.capability.docker-remote-api.1.18',
    'com.amazonaws.ecs.capability.docker-remote-api.1.19',
    'com.amazonaws.ecs.capability.ecr-auth',
    'com.amazonaws.ecs.capability.logging-driver.awslogs',
    'com.amazonaws.ecs.capability.task-iam-role',
    'ecs.capability.execution-role-awslogs',
    'ecs.capability.execution-role-ecr-pull',
    'ecs.capability.task-eni',
  ]);
});

test('it can run on Fargate only when nothing in it needs a host', () => {
  const compatible = (draft: typeof FARGATE) => normalise({ ...draft, requiresCompatibilities: undefined }).compatibilities.includes('FARGATE');
  assert.ok(compatible(FARGATE));
  assert.ok(!compatible({ ...FARGATE, memory: '300' }));
  assert.ok(!compatible({ ...FARGATE, networkMode: 'host' }));
  assert.ok(!compatible(withContainer({ privileged: true }, FARGATE)));
  assert.ok(!compatible({ ...FARGATE, volumes: [{ name: 'a', host: { sourcePath: '/x' } }] }));
});
