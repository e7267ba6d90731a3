// TD1 to TD9 and TD58 to TD64: the task definition as a whole.
import { test } from 'node:test';
import { accepted, DRAFT, FARGATE, refused, withContainer, withContainers } from './draft.fixture.ts';

test('a plain draft, and a plain Fargate draft, are accepted', () => {
  accepted(DRAFT);
  accepted(FARGATE);
});

test('TD1 a family must be given', () => {
  refused('TD1', { ...DRAFT, family: undefined });
  refused('TD1', { ...DRAFT, family: '' });
});

test('TD2 a family has at most 255 characters', () => {
  refused('TD2', { ...DRAFT, family: 'a'.repeat(256) });
  accepted({ ...DRAFT, family: 'a'.repeat(255) });
});

test('TD3 a family has letters, digits, underscores and hyphens', () => {
  for (const family of ['a b', 'a.b', 'a/b', 'é']) refused('TD3', { ...DRAFT, family });
  accepted({ ...DRAFT, family: 'A-z_0' });
});

test('TD4 there is at least one container', () => {
  refused('TD4', { ...DRAFT, containerDefinitions: [] });
  refused('TD4', { ...DRAFT, containerDefinitions: undefined });
});

test('TD5 there are at most ten containers', () => {
  refused('TD5', withContainers(Array.from({ length: 11 }, () => ({}))));
  accepted(withContainers(Array.from({ length: 10 }, () => ({}))));
});

test('TD6 members with a fixed set of values have one of it', () => {
  refused('TD6', { ...DRAFT, networkMode: 'overlay' });
  refused('TD6', { ...DRAFT, pidMode: 'container' });
  refused('TD6', { ...DRAFT, ipcMode: 'shareable' });
  refused('TD6', { ...DRAFT, requiresCompatibilities: ['LAMBDA'] });
  refused('TD6', { ...DRAFT, runtimePlatform: { cpuArchitecture: 'RISCV' } });
  refused('TD6', withContainer({ portMappings: [{ containerPort: 80, protocol: 'sctp' }] }));
  refused('TD6', withContainer({ logConfiguration: { logDriver: 'loki' } }));
  refused('TD6', withContainer({ ulimits: [{ name: 'handles', softLimit: 1, hardLimit: 1 }] }));
  refused('TD6', withContainers([{ dependsOn: [{ containerName: 'c1', condition: 'DONE' }] }, {}]));
  refused('TD6', withContainer({ versionConsistency: 'maybe' }));
});

test('TD7 the definition has at most 64 KiB of JSON, counted in bytes', () => {
  refused('TD7', withContainer({ command: ['x'.repeat(65_536)] }));
  refused('TD7', withContainer({ command: ['€'.repeat(22_000)] }));
  accepted(withContainer({ command: ['x'.repeat(65_000)] }));
});

test('TD8 container names are unique', () => {
  refused('TD8', withContainers([{ name: 'a' }, { name: 'a' }]));
});

test('TD9 one container is essential', () => {
  refused('TD9', withContainer({ essential: false }));
  accepted(withContainers([{ essential: false }, {}]));
});

test('TD58 roles are ARNs or names of roles', () => {
  for (const role of ['arn:aws:iam::1:role/x', 'arn:aws:s3:::bucket', 'a role']) {
    refused('TD58', { ...DRAFT, taskRoleArn: role });
    refused('TD58', { ...DRAFT, executionRoleArn: role });
  }
  accepted({ ...DRAFT, taskRoleArn: 'arn:aws:iam::123456789012:role/path/x', executionRoleArn: 'ecsTaskExecutionRole' });
});

test('TD59 there are up to ten constraints, of type memberOf and with an expression', () => {
  refused('TD59', { ...DRAFT, placementConstraints: [{ type: 'distinctInstance' }] });
  refused('TD59', { ...DRAFT, placementConstraints: [{ type: 'memberOf' }] });
  refused('TD59', { ...DRAFT, placementConstraints: Array.from({ length: 11 }, () => ({ type: 'memberOf', expression: 'x' })) });
  refused('TD59', { ...DRAFT, placementConstraints: [{ type: 'memberOf', expression: 'attribute:a ==' }] });
  accepted({ ...DRAFT, placementConstraints: [{ type: 'memberOf', expression: 'attribute:a == b' }] });
});

test('TD60 a proxy needs awsvpc mode and one of the containers', () => {
  refused('TD60', { ...DRAFT, proxyConfiguration: { containerName: 'app' } });
  refused('TD60', { ...DRAFT, networkMode: 'awsvpc', proxyConfiguration: { containerName: 'envoy' } });
  accepted({ ...DRAFT, networkMode: 'awsvpc', proxyConfiguration: { containerName: 'app' } });
});

test('TD61 ephemeral storage is 21 to 200 GiB', () => {
  for (const sizeInGiB of [20, 201, undefined]) refused('TD61', { ...FARGATE, ephemeralStorage: { sizeInGiB } });
  for (const sizeInGiB of [21, 200]) accepted({ ...FARGATE, ephemeralStorage: { sizeInGiB } });
});

test('TD62 inference accelerators have names of their own', () => {
  refused('TD62', { ...DRAFT, inferenceAccelerators: [{ deviceName: 'a', deviceType: 'x' }, { deviceName: 'a', deviceType: 'x' }] });
  refused('TD62', { ...DRAFT, inferenceAccelerators: [{ deviceType: 'x' }] });
});

test('TD63 one container routes logs, and only with one can awsfirelens be used', () => {
  const router = { firelensConfiguration: { type: 'fluentbit' } };
  refused('TD63', withContainers([router, router]));
  refused('TD63', withContainer({ logConfiguration: { logDriver: 'awsfirelens' } }));
  accepted(withContainers([router, { logConfiguration: { logDriver: 'awsfirelens' } }]));
});

test('TD64 external instances have no awsvpc mode', () => {
  refused('TD64', { ...DRAFT, requiresCompatibilities: ['EXTERNAL'], networkMode: 'awsvpc' });
});
