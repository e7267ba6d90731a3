// Field by field: what of a task and its definition ends up where in the order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkInterface, Subnet, Vpc } from '#model/network.ts';
import type { Task } from '#model/task.ts';
import type { ContainerDefinition, TaskDefinition } from '#model/task-definition.ts';
import type { PayloadContainer } from '#link/messages.ts';
import { attachmentFixture, taskFixture } from '../task/task.fixture.ts';
import { definitionFixture } from './definition.fixture.ts';
import { renderPayload } from './render-payload.ts';

const OPTIONS = { registryHost: 'localhost:4566' };
const MIB = 1024 * 1024;

function containerOf(container: Partial<ContainerDefinition>, task: Partial<Task> = {}, definition: Partial<TaskDefinition> = {}): PayloadContainer {
  return renderPayload(taskFixture(task), definitionFixture(container, definition), [], OPTIONS).containers[0]!;
}
const config = (...args: Parameters<typeof containerOf>): unknown => JSON.parse(containerOf(...args).dockerConfig.config);
const hostConfig = (...args: Parameters<typeof containerOf>): unknown => JSON.parse(containerOf(...args).dockerConfig.hostConfig);
const overridden = (override: object): Partial<Task> => ({
  overrides: { containerOverrides: [{ name: 'app', ...override }], inferenceAcceleratorOverrides: [] },
});

test('a plain task is a plain order', () => {
  assert.deepEqual(renderPayload(taskFixture(), definitionFixture(), [], OPTIONS), {
    arn: taskFixture().arn,
    family: 'app',
    version: '1',
    desiredStatus: 'RUNNING',
    taskClusterArn: taskFixture().clusterArn,
    launchType: 'EC2',
    networkMode: 'bridge',
    cpu: 0,
    memory: 0,
    group: 'family:app',
    createdAt: 1000,
    volumes: [],
    containers: [
      {
        name: 'app',
        image: 'busybox',
        cpu: 0,
        memory: 0,
        essential: true,
        environment: {},
        portMappings: [],
        mountPoints: [],
        volumesFrom: [],
        overrides: '{}',
        containerArn: taskFixture().containers[0]!.arn,
        dockerConfig: { config: '{}', hostConfig: '{"NetworkMode":"bridge"}' },
      },
    ],
  });
});

test('task members: size in vCPU and MiB, modes, names, platform', () => {
  const task = taskFixture({ cpu: '256', memory: '512', serviceName: 's', startedBy: 'me', platformVersion: '1.4.0', availabilityZone: 'us-east-1a', ephemeralStorage: { sizeInGiB: 30 }, desiredStatus: 'STOPPED' });
  const payload = renderPayload(task, definitionFixture({}, { pidMode: 'task', ipcMode: 'host', enableFaultInjection: true, revision: 7 }), [], OPTIONS);
  const { cpu, memory, serviceName, startedBy, platformVersion, availabilityZone, ephemeralStorageGiB, desiredStatus, pidMode, ipcMode, enableFaultInjection, version } = payload;
  assert.deepEqual(
    { cpu, memory, serviceName, startedBy, platformVersion, availabilityZone, ephemeralStorageGiB, desiredStatus, pidMode, ipcMode, enableFaultInjection, version },
    { cpu: 0.25, memory: 512, serviceName: 's', startedBy: 'me', platformVersion: '1.4.0', availabilityZone: 'us-east-1a', ephemeralStorageGiB: 30, desiredStatus: 'STOPPED', pidMode: 'task', ipcMode: 'host', enableFaultInjection: true, version: '7' },
  );
});

test('overrides: command, environment, cpu, memory, environment files; another container is left alone', () => {
  const definition = { command: ['a'], environment: [{ name: 'X', value: '1' }, { name: 'Y', value: '2' }], cpu: 10, memory: 100, memoryReservation: 50 };
  const own = containerOf(definition, overridden({ command: ['b', 'c'], environment: [{ name: 'Y', value: '3' }, { name: 'Z' }], cpu: 20, memory: 200, memoryReservation: 150, environmentFiles: [{ value: 'arn:f', type: 's3' }] }));
  assert.deepEqual([own.command, own.environment, own.cpu, own.memory, own.environmentFiles], [['b', 'c'], { X: '1', Y: '3', Z: '' }, 20, 200, [{ value: 'arn:f', type: 's3' }]]);
  assert.equal(own.overrides, '{"command":["b","c"]}');
  assert.equal(JSON.parse(own.dockerConfig.hostConfig).MemoryReservation, 150 * MIB);
  const other = containerOf(definition, { overrides: { containerOverrides: [{ name: 'else', command: ['x'] }], inferenceAcceleratorOverrides: [] } });
  assert.deepEqual([other.command, other.cpu, other.overrides], [['a'], 10, '{}']);
});

test('container members that travel as fields of the payload', () => {
  const container = containerOf({
    entryPoint: ['/bin/sh', '-c'],
    essential: false,
    links: ['db:database'],
    dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }],
    startTimeout: 5,
    stopTimeout: 7,
    restartPolicy: { enabled: true, ignoredExitCodes: [0], restartAttemptPeriod: 60 },
    portMappings: [{ containerPort: 80, hostPort: 0, protocol: 'tcp', name: 'web', appProtocol: 'http' }, { containerPortRange: '9000-9010', protocol: 'udp' }],
    mountPoints: [{ sourceVolume: 'v', containerPath: '/v' }],
    volumesFrom: [{ sourceContainer: 'db', readOnly: true }],
    firelensConfiguration: { type: 'fluentbit' },
    disableNetworking: true,
  });
  assert.deepEqual(container.entryPoint, ['/bin/sh', '-c']);
  assert.equal(container.essential, false);
  assert.deepEqual(container.links, ['db:database']);
  assert.deepEqual(container.dependsOn, [{ containerName: 'db', condition: 'HEALTHY' }]);
  assert.deepEqual([container.startTimeout, container.stopTimeout], [5, 7]);
  assert.deepEqual(container.restartPolicy, { enabled: true, ignoredExitCodes: [0], restartAttemptPeriod: 60 });
  assert.deepEqual(container.portMappings, [{ protocol: 'tcp', containerPort: 80, hostPort: 0, name: 'web' }, { protocol: 'udp', containerPortRange: '9000-9010' }]);
  assert.deepEqual(container.mountPoints, [{ sourceVolume: 'v', containerPath: '/v', readOnly: false }]);
  assert.deepEqual(container.volumesFrom, [{ sourceContainer: 'db', readOnly: true }]);
  assert.deepEqual(container.firelensConfiguration, { type: 'fluentbit' });
  assert.equal(container.disableNetworking, true);
});

test('config: hostname, user, directory, terminal, stdin, labels, no network', () => {
  assert.deepEqual(
    config({ hostname: 'h', user: '1000:1000', workingDirectory: '/w', pseudoTerminal: true, interactive: true, dockerLabels: { a: 'b' }, disableNetworking: true }),
    { Hostname: 'h', User: '1000:1000', WorkingDir: '/w', Tty: true, OpenStdin: true, NetworkDisabled: true, Labels: { a: 'b' } },
  );
});

test('config: a health check has its times in nanoseconds and ECS defaults', () => {
  assert.deepEqual(config({ healthCheck: { command: ['CMD-SHELL', 'true'] } }), {
    Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 30e9, Timeout: 5e9, Retries: 3, StartPeriod: 0 },
  });
  assert.deepEqual(config({ healthCheck: { command: ['CMD', 'x'], interval: 10, timeout: 2, retries: 5, startPeriod: 60 } }), {
    Healthcheck: { Test: ['CMD', 'x'], Interval: 10e9, Timeout: 2e9, Retries: 5, StartPeriod: 60e9 },
  });
  assert.equal(containerOf({ healthCheck: { command: ['CMD', 'x'] } }).healthCheckType, 'docker');
  assert.equal(containerOf({ healthCheck: { command: ['NONE'] } }).healthCheckType, undefined);
  assert.deepEqual(config({ healthCheck: { command: ['NONE'] } }), { Healthcheck: { Test: ['NONE'] } });
});

test('host config: network mode, privileges, file system, dns, hosts, security options, sysctls, reservation', () => {
  assert.deepEqual(
    hostConfig({
      privileged: true,
      readonlyRootFilesystem: true,
      dnsServers: ['10.0.0.2'],
      dnsSearchDomains: ['corp'],
      extraHosts: [{ hostname: 'db', ipAddress: '10.0.0.9' }],
      dockerSecurityOptions: ['no-new-privileges'],
      systemControls: [{ namespace: 'net.core.somaxconn', value: '1024' }],
      memoryReservation: 64,
    }),
    {
      NetworkMode: 'bridge',
      MemoryReservation: 64 * MIB,
      Privileged: true,
      ReadonlyRootfs: true,
      Dns: ['10.0.0.2'],
      DnsSearch: ['corp'],
      ExtraHosts: ['db:10.0.0.9'],
      SecurityOpt: ['no-new-privileges'],
      Sysctls: { 'net.core.somaxconn': '1024' },
    },
  );
  assert.deepEqual(hostConfig({}, {}, { networkMode: 'host' }), { NetworkMode: 'host' });
  assert.deepEqual(hostConfig({}, {}, { networkMode: 'none' }), { NetworkMode: 'none' });
  assert.deepEqual(hostConfig({}, {}, { networkMode: 'awsvpc' }), {});
});

test('host config: linuxParameters', () => {
  const linuxParameters = {
    capabilities: { add: ['SYS_PTRACE'], drop: ['MKNOD'] },
    devices: [{ hostPath: '/dev/null' }, { hostPath: '/dev/x', containerPath: '/dev/y', permissions: ['read', 'write'] as const }],
    initProcessEnabled: true,
    sharedMemorySize: 128,
    tmpfs: [{ containerPath: '/t', size: 10, mountOptions: ['noexec', 'ro'] }],
    maxSwap: 100,
    swappiness: 40,
  };
  assert.deepEqual(hostConfig({ linuxParameters, memory: 200 }), {
    NetworkMode: 'bridge',
    CapAdd: ['SYS_PTRACE'],
    CapDrop: ['MKNOD'],
    Devices: [
      { PathOnHost: '/dev/null', PathInContainer: '/dev/null', CgroupPermissions: 'rwm' },
      { PathOnHost: '/dev/x', PathInContainer: '/dev/y', CgroupPermissions: 'rw' },
    ],
    Init: true,
    ShmSize: 128 * MIB,
    Tmpfs: { '/t': 'size=10m,noexec,ro' },
    MemorySwap: 300 * MIB,
    MemorySwappiness: 40,
  });
  assert.deepEqual(hostConfig({ linuxParameters: { maxSwap: 100 } }), { NetworkMode: 'bridge' }, 'swap means nothing without a memory limit');
  assert.deepEqual(hostConfig({ memory: 200, linuxParameters: { swappiness: 40 } }), { NetworkMode: 'bridge' }, 'swappiness means nothing without maxSwap');
});

test('host config: ulimits, and the default of Fargate', () => {
  assert.deepEqual(hostConfig({ ulimits: [{ name: 'core', softLimit: 0, hardLimit: 1 }] }), {
    NetworkMode: 'bridge',
    Ulimits: [{ Name: 'core', Soft: 0, Hard: 1 }],
  });
  const fargate = { launchType: 'FARGATE' } as const;
  assert.deepEqual(hostConfig({}, fargate, { networkMode: 'awsvpc' }), { Ulimits: [{ Name: 'nofile', Soft: 65_535, Hard: 65_535 }] });
  assert.deepEqual(hostConfig({ ulimits: [{ name: 'nofile', softLimit: 9, hardLimit: 10 }] }, fargate, { networkMode: 'awsvpc' }), {
    Ulimits: [{ Name: 'nofile', Soft: 9, Hard: 10 }],
  });
});

test('host config: log configuration, awslogs with its stream name resolved', () => {
  const id = '00000000000000000000000000000001';
  const awslogs = (options: Record<string, string>): unknown => (hostConfig({ logConfiguration: { logDriver: 'awslogs', options } }) as { LogConfig: unknown }).LogConfig;
  assert.deepEqual(awslogs({ 'awslogs-group': '/g', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'p', mode: 'non-blocking' }), {
    Type: 'awslogs',
    Config: { 'awslogs-group': '/g', 'awslogs-region': 'eu-west-1', mode: 'non-blocking', 'awslogs-stream': `p/app/${id}` },
  });
  assert.deepEqual(awslogs({ 'awslogs-group': '/g' }), { Type: 'awslogs', Config: { 'awslogs-region': 'us-east-1', 'awslogs-group': '/g' } });
  assert.deepEqual((hostConfig({ logConfiguration: { logDriver: 'json-file', options: { 'max-size': '1m' } } }) as { LogConfig: unknown }).LogConfig, {
    Type: 'json-file',
    Config: { 'max-size': '1m' },
  });
});

test('host config: GPUs that were given to the container', () => {
  const containers = [{ ...taskFixture().containers[0]!, gpuIds: ['GPU-1'] }];
  assert.deepEqual(hostConfig({}, { containers }), { NetworkMode: 'bridge', DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: ['GPU-1'], Capabilities: [['gpu']] }] });
});

test('secrets name their store and region, those of the log driver as well', () => {
  const asm = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:s-AbCdEf:key::';
  const ssm = 'arn:aws:ssm:eu-central-1:000000000000:parameter/p';
  const { secrets } = containerOf({
    secrets: [{ name: 'A', valueFrom: asm }, { name: 'B', valueFrom: ssm }, { name: 'C', valueFrom: '/plain/name' }],
    logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'splunk-token', valueFrom: ssm }] },
  });
  assert.deepEqual(
    secrets?.map((s) => [s.name, s.provider, s.region, s.type, s.target]),
    [
      ['A', 'asm', 'eu-west-1', 'ENVIRONMENT_VARIABLE', 'CONTAINER'],
      ['B', 'ssm', 'eu-central-1', 'ENVIRONMENT_VARIABLE', 'CONTAINER'],
      ['C', 'ssm', 'us-east-1', 'ENVIRONMENT_VARIABLE', 'CONTAINER'],
      ['splunk-token', 'ssm', 'eu-central-1', 'ENVIRONMENT_VARIABLE', 'LOG_DRIVER'],
    ],
  );
});

test('registry credentials: ECR for its images and ours, a secret where one is named, none for others', () => {
  const ecr = (registryId: string, region: string, useExecutionRole: boolean): unknown => ({ type: 'ecr', ecrAuthData: { region, registryId, useExecutionRole } });
  assert.deepEqual(containerOf({ image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1' }).registryAuthentication, ecr('123456789012', 'eu-west-1', false));
  assert.deepEqual(containerOf({ image: 'localhost:4566/123456789012.dkr.ecr.us-east-1/app' }, {}, { executionRoleArn: 'arn:role' }).registryAuthentication, ecr('123456789012', 'us-east-1', true));
  assert.equal(containerOf({ image: 'busybox' }).registryAuthentication, undefined);
  const credentialsParameter = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:s';
  assert.deepEqual(containerOf({ image: 'private.example/app', repositoryCredentials: { credentialsParameter } }).registryAuthentication, {
    type: 'asm',
    asmAuthData: { credentialsParameter, region: 'eu-west-1' },
  });
});

test('volumes of every kind', () => {
  const volumes = renderPayload(taskFixture(), definitionFixture({}, {
    volumes: [
      { name: 'own' },
      { name: 'bind', host: { sourcePath: '/data' } },
      { name: 'docker', dockerVolumeConfiguration: { scope: 'shared', autoprovision: true, driver: 'local', driverOpts: { o: 'x' }, labels: { l: 'y' } } },
      { name: 'plain', dockerVolumeConfiguration: {} },
      { name: 'efs', efsVolumeConfiguration: { fileSystemId: 'fs-1' } },
    ],
  }), [], OPTIONS).volumes;
  assert.deepEqual(volumes, [
    { name: 'own', type: 'host', host: { sourcePath: '' } },
    { name: 'bind', type: 'host', host: { sourcePath: '/data' } },
    { name: 'docker', type: 'docker', dockerVolumeConfiguration: { scope: 'shared', autoprovision: true, driver: 'local', driverOpts: { o: 'x' }, labels: { l: 'y' } } },
    { name: 'plain', type: 'docker', dockerVolumeConfiguration: { scope: 'task', autoprovision: false } },
    { name: 'efs', type: 'efs', efsVolumeConfiguration: { fileSystemId: 'fs-1' } },
  ]);
});

test('an awsvpc task carries its interface with address, gateway and bridge', () => {
  const owned = { account: '000000000000', region: 'us-east-1', tags: [] };
  const eni = { ...owned, id: 'eni-00000000000000001', vpcId: 'vpc-1', subnetId: 'subnet-1', availabilityZone: 'us-east-1b', privateIpAddress: '172.31.16.9', macAddress: '02:42:ac:1f:10:09', securityGroupIds: ['sg-1'], description: '', status: 'in-use', createdAt: 0 } satisfies NetworkInterface;
  const subnet = { ...owned, id: 'subnet-1', vpcId: 'vpc-1', cidrBlock: '172.31.16.0/20' } as unknown as Subnet;
  const vpc = { ...owned, id: 'vpc-1', cidrBlock: '172.31.0.0/16' } as unknown as Vpc;
  const task = taskFixture({ attachments: [attachmentFixture()] });
  const payload = renderPayload(task, definitionFixture({}, { networkMode: 'awsvpc' }), [{ networkInterface: eni, subnet, vpc }], OPTIONS);
  assert.deepEqual(payload.elasticNetworkInterfaces, [
    {
      attachmentArn: 'arn:aws:ecs:us-east-1:000000000000:attachment/11111111-2222-4333-8444-555555555555',
      ec2Id: 'eni-00000000000000001',
      macAddress: '02:42:ac:1f:10:09',
      ipv4Addresses: [{ primary: true, privateAddress: '172.31.16.9' }],
      subnetGatewayIpv4Address: '172.31.16.1/20',
      privateDnsName: 'ip-172-31-16-9.ec2.internal',
      interfaceAssociationProtocol: 'default',
      vpcId: 'vpc-1',
      vpcCidrBlock: '172.31.0.0/16',
      subnetId: 'subnet-1',
      securityGroupIds: ['sg-1'],
    },
  ]);
});
