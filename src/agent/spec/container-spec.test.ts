// What a payload becomes for the engine: namespaces, networks, ports, limits, logs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAddress } from '#core/network/cidr.ts';
import { payloadContainer, payloadTask } from '../agent.fixture.ts';
import type { PayloadContainer, PayloadElasticNetworkInterface, PayloadTask } from '#link/messages.ts';
import { renderContainer, renderPause } from './container-spec.ts';
import type { SpecContext } from './container-spec.ts';
import { PAUSE_CONTAINER, containerName } from './names.ts';
import { vpcBridgeName } from './network.ts';
import { planTask } from './task-plan.ts';
import { planVolumes } from './volumes.ts';

const eni: PayloadElasticNetworkInterface = {
  attachmentArn: 'a', ec2Id: 'eni-1', macAddress: '02:00:00:00:00:01', ipv4Addresses: [{ primary: true, privateAddress: '172.31.5.6' }], subnetGatewayIpv4Address: '172.31.0.1/20',
  privateDnsName: 'ip-172-31-5-6.ec2.internal', vpcId: 'vpc-0123456789abcdef0', vpcCidrBlock: '172.31.0.0/16', subnetId: 's', securityGroupIds: [],
};
const context: SpecContext = { agentId: 'agent', image: 'app:1', rangeStarts: {}, environment: {} };
const awsvpc = (...containers: PayloadContainer[]): PayloadTask => payloadTask(1, { networkMode: 'awsvpc', elasticNetworkInterfaces: [eni], containers });

function render(task: PayloadTask, container = task.containers[0]!, more: Partial<SpecContext> = {}) {
  const spec = renderContainer(task, container, { ...context, ...more });
  assert.ok(typeof spec !== 'string', String(spec));
  return spec;
}

test('a lone awsvpc container holds the address itself, under its DNS name', () => {
  const spec = render(awsvpc(payloadContainer()));
  assert.deepEqual(spec.endpoint, { network: 'longshore-vpc-0123456789abcdef0', ipv4Address: '172.31.5.6', macAddress: '02:00:00:00:00:01' });
  assert.equal(spec.config.Hostname, 'ip-172-31-5-6.ec2.internal');
});

test('several share the pause container: network wishes move to it, the rest stays', () => {
  const wishes = { ExtraHosts: ['a:1.2.3.4'], Dns: ['9.9.9.9'], Sysctls: { 'net.core.somaxconn': '10', 'kernel.msgmax': '1' }, CapAdd: ['SYS_PTRACE'] };
  const task = awsvpc(payloadContainer({ hostConfig: wishes, config: { Hostname: 'x' } }), payloadContainer({ name: 'side' }));
  const { endpoint, config, hostConfig } = render(task);
  assert.equal(endpoint, undefined);
  assert.equal(config.Hostname, undefined);
  assert.equal(hostConfig.NetworkMode, `container:${containerName(task, PAUSE_CONTAINER)}`);
  assert.deepEqual([hostConfig['ExtraHosts'], hostConfig['Dns'], hostConfig['Sysctls'], hostConfig['CapAdd']], [undefined, undefined, { 'kernel.msgmax': '1' }, ['SYS_PTRACE']]);
  const pause = renderPause(task, 'pause', context);
  assert.ok(typeof pause !== 'string');
  assert.deepEqual([pause.hostConfig['ExtraHosts'], pause.hostConfig['Dns'], pause.hostConfig['Sysctls']], [['a:1.2.3.4'], ['9.9.9.9'], { 'net.core.somaxconn': '10' }]);
  assert.equal(pause.endpoint?.ipv4Address, '172.31.5.6');
});

test('awslogs is never given to the engine; other drivers are', () => {
  const of = (Type: string) => render(payloadTask(1), payloadContainer({ hostConfig: { LogConfig: { Type, Config: { tag: 'x' } } } })).hostConfig.LogConfig;
  assert.equal(of('awslogs')?.Type, 'json-file');
  assert.deepEqual(of('json-file'), { Type: 'json-file', Config: { tag: 'x' } });
  assert.equal(of('none')?.Type, 'none');
});

test('limits: memory in bytes, least CPU weight, cgroup of the task', () => {
  const task = payloadTask(1);
  assert.deepEqual([render(task).hostConfig.CpuShares, render(task).hostConfig.Memory], [2, undefined]);
  const { hostConfig } = render(task, payloadContainer({ cpu: 512, memory: 100 }), { cgroupParent: '/longshore/1', ociRuntime: 'runsc' });
  assert.deepEqual([hostConfig.CpuShares, hostConfig.Memory, hostConfig.CgroupParent, hostConfig['Runtime']], [512, 100 * 2 ** 20, '/longshore/1', 'runsc']);
});

test('ports are bound in bridge mode only; a range keeps its order', () => {
  const container = payloadContainer({ portMappings: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 53, protocol: 'udp' }, { containerPortRange: '7000-7001' }] });
  const { config, hostConfig } = render(payloadTask(1), container, { rangeStarts: { '7000-7001/tcp': 50_000 } });
  assert.deepEqual(hostConfig.PortBindings, {
    '80/tcp': [{ HostPort: '8080' }], '53/udp': [{ HostIp: '0.0.0.0', HostPort: '0' }], '7000/tcp': [{ HostPort: '50000' }], '7001/tcp': [{ HostPort: '50001' }],
  });
  assert.deepEqual(Object.keys(config.ExposedPorts ?? {}), ['80/tcp', '53/udp', '7000/tcp', '7001/tcp']);
  assert.equal(render(awsvpc(container)).hostConfig.PortBindings, undefined);
});

test('command and environment: overrides win over the definition, the platform over both', () => {
  const task = payloadTask(1, { launchType: 'FARGATE' });
  const spec = render(task, payloadContainer({ command: ['a'], overrides: '{"command":["b","c"]}', environment: { AWS_EXECUTION_ENV: 'mine', X: '1' } }), { environment: { ECS_CONTAINER_METADATA_URI_V4: 'http://m' } });
  assert.deepEqual(spec.config.Cmd, ['b', 'c']);
  assert.deepEqual(spec.config.Env, ['AWS_EXECUTION_ENV=AWS_ECS_FARGATE', 'X=1', 'AWS_REGION=us-east-1', 'AWS_DEFAULT_REGION=us-east-1', 'ECS_CONTAINER_METADATA_URI_V4=http://m']);
});

test('pid and ipc modes', () => {
  const two = { containers: [payloadContainer(), payloadContainer({ name: 'b' })] };
  const modes = (change: Partial<PayloadTask>) => {
    const { hostConfig } = render(payloadTask(1, change));
    return [hostConfig['PidMode'], hostConfig['IpcMode']].map((m) => (typeof m === 'string' ? m.split(':')[0] : m));
  };
  assert.deepEqual(modes({ ...two, pidMode: 'task', ipcMode: 'task' }), ['container', 'container']);
  assert.deepEqual(modes({ ...two, pidMode: 'host', ipcMode: 'host' }), ['host', 'host']);
  assert.deepEqual(modes({ ipcMode: 'none' }), [undefined, 'none']);
  assert.deepEqual(modes({ pidMode: 'task', ipcMode: 'task' }), [undefined, undefined], 'alone it has its own');
});

test('a payload that is not what it should be says so', () => {
  assert.match(String(renderContainer(payloadTask(1), { ...payloadContainer(), dockerConfig: { config: '{', hostConfig: '{}' } }, context)), /dockerConfig is not JSON/);
  assert.match(String(renderContainer(payloadTask(1, { networkMode: 'awsvpc' }), payloadContainer(), context)), /no network interface/);
});

test('volumes: made for the task, shared, or not possible here', () => {
  const plan = planVolumes(payloadTask(1, { volumes: [
    { name: 'scratch', type: 'host', host: { sourcePath: '' } },
    { name: 'bind', type: 'host', host: { sourcePath: '/srv' } },
    { name: 'kept', type: 'docker', dockerVolumeConfiguration: { scope: 'shared', autoprovision: true, driver: 'local' } },
  ] }), 'agent');
  assert.deepEqual(plan.ensure.map((v) => v.name.replace(/[0-9a-f]{20}$/, '#')), ['ecs-web-1-scratch-#', 'kept']);
  assert.deepEqual(plan.removeLater.length, 1);
  assert.match(planVolumes(payloadTask(1, { volumes: [{ name: 'e', type: 'efs' }] }), 'a').problem ?? '', /type efs/);
});

test('what mounts a volume is not created before its turn; a bind mount may be', () => {
  const mount = (sourceVolume: string) => payloadContainer({ mountPoints: [{ sourceVolume, containerPath: '/x', readOnly: false }] });
  const volumes = [{ name: 'v', type: 'host' as const, host: { sourcePath: '' } }, { name: 'b', type: 'host' as const, host: { sourcePath: '/srv' } }];
  const early = (name: string) => planTask(payloadTask(1, { volumes, containers: [mount(name)] }), 30_000, false).containers[0]?.createEarly;
  assert.deepEqual([early('v'), early('b')], [false, true]);
});

test('addresses and names of bridges', () => {
  assert.equal(firstAddress('172.31.0.0/16'), '172.31.0.1');
  assert.equal(firstAddress('10.1.2.128/25'), '10.1.2.129');
  assert.ok(vpcBridgeName('vpc-0123456789abcdef0').length <= 15);
  assert.notEqual(vpcBridgeName('vpc-1'), vpcBridgeName('vpc-2'));
});
