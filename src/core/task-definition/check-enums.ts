// Rule TD6: members with a fixed set of values. The SDK's schemas carry them as plain strings.
import type { Draft } from './draft.ts';
import type { Violation } from './violation.ts';

const COMPATIBILITIES = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'];
const OS_FAMILIES = [
  'WINDOWS_SERVER_2025_FULL',
  'WINDOWS_SERVER_2025_CORE',
  'WINDOWS_SERVER_2022_FULL',
  'WINDOWS_SERVER_2022_CORE',
  'WINDOWS_SERVER_2019_FULL',
  'WINDOWS_SERVER_2019_CORE',
  'WINDOWS_SERVER_2016_FULL',
  'WINDOWS_SERVER_2004_CORE',
  'WINDOWS_SERVER_20H2_CORE',
  'LINUX',
];
const LOG_DRIVERS = ['json-file', 'syslog', 'journald', 'gelf', 'fluentd', 'awslogs', 'splunk', 'awsfirelens', 'none'];
export const ULIMIT_NAMES = [
  'core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc', 'rss', 'rtprio', 'rttime', 'sigpending', 'stack',
];

type Entry = readonly [member: string, value: string | undefined, allowed: readonly string[]];

export function enumViolation(draft: Draft): Violation | undefined {
  for (const [member, value, allowed] of entries(draft)) {
    if (value !== undefined && !allowed.includes(value)) return { rule: 'TD6', member, value, allowed };
  }
  return undefined;
}

function* entries(draft: Draft): Generator<Entry> {
  yield ['networkMode', draft.networkMode, ['bridge', 'host', 'awsvpc', 'none']];
  yield ['pidMode', draft.pidMode, ['host', 'task']];
  yield ['ipcMode', draft.ipcMode, ['host', 'task', 'none']];
  for (const value of draft.requiresCompatibilities ?? []) yield ['requiresCompatibilities', value, COMPATIBILITIES];
  yield ['cpuArchitecture', draft.runtimePlatform?.cpuArchitecture, ['X86_64', 'ARM64']];
  yield ['operatingSystemFamily', draft.runtimePlatform?.operatingSystemFamily, OS_FAMILIES];
  yield ['proxyConfiguration.type', draft.proxyConfiguration?.type, ['APPMESH']];
  for (const volume of draft.volumes ?? []) yield ['scope', volume.dockerVolumeConfiguration?.scope, ['task', 'shared']];
  for (const container of draft.containerDefinitions ?? []) yield* containerEntries(container);
}

function* containerEntries(container: NonNullable<Draft['containerDefinitions']>[number]): Generator<Entry> {
  for (const { protocol, appProtocol } of container.portMappings ?? []) {
    yield ['protocol', protocol, ['tcp', 'udp']];
    yield ['appProtocol', appProtocol, ['http', 'http2', 'grpc']];
  }
  for (const { condition } of container.dependsOn ?? []) yield ['condition', condition ?? '', ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY']];
  for (const { name } of container.ulimits ?? []) yield ['ulimit.name', name ?? '', ULIMIT_NAMES];
  for (const { type } of container.environmentFiles ?? []) yield ['environmentFiles.type', type ?? '', ['s3']];
  for (const { type } of container.resourceRequirements ?? []) yield ['resourceRequirements.type', type ?? '', ['GPU', 'InferenceAccelerator', 'NeuronDevice']];
  for (const device of container.linuxParameters?.devices ?? []) {
    for (const permission of device.permissions ?? []) yield ['permissions', permission, ['read', 'write', 'mknod']];
  }
  yield ['versionConsistency', container.versionConsistency, ['enabled', 'disabled']];
  if (container.logConfiguration) yield ['logDriver', container.logConfiguration.logDriver ?? '', LOG_DRIVERS];
  if (container.firelensConfiguration) yield ['firelensConfiguration.type', container.firelensConfiguration.type ?? '', ['fluentd', 'fluentbit']];
}
