// What a host says about itself when it registers: resources and capabilities. Names and meaning: AWS's documentation of
// agent capabilities; placement matches a definition's requiresAttributes against them.
import type { RegisterRequest } from '#link/agent-api.ts';
import type { AgentConfig } from './config.ts';
import type { RuntimeInfo } from './runtime.ts';

const CAPABILITY = 'ecs.capability.';
const OLD = 'com.amazonaws.ecs.capability.';
const MIB = 2 ** 20;

/** Ports nobody can have: ssh, the engine's, and the addresses Amazon's agent serves on. */
const RESERVED_TCP = [22, 2375, 2376, 51678, 51679] as const;

/** Only what is true here: a capability that is not listed keeps tasks that need it away. */
const CAPABILITIES = [
  'container-health-check',
  'container-ordering',
  'container-restart-policy',
  'container-port-range',
  'task-eni',
  'task-cpu-mem-limit',
  'execution-role-awslogs',
  'execution-role-ecr-pull',
  'pid-ipc-namespace-sharing',
  'private-registry-authentication.secretsmanager',
  'secrets.asm.environment-variables',
  'secrets.ssm.environment-variables',
  'secrets.asm.bootstrap.log-driver',
  'secrets.ssm.bootstrap.log-driver',
  'env-files.s3',
  'full-sync',
] as const;

const OLD_CAPABILITIES = ['ecr-auth', 'task-iam-role', 'task-iam-role-network-host'] as const;

/** Engine API versions whose features a definition may ask for; Docker 20.10 speaks them all. */
const ENGINE_APIS = ['1.17', '1.18', '1.19', '1.20', '1.21', '1.22', '1.23', '1.24', '1.25', '1.26', '1.27', '1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36', '1.37', '1.38', '1.39', '1.40', '1.41'] as const;

/**
 * @param containerInstanceArn of an earlier registration: the host keeps its identity
 * @param spansVpcs whether it understands what the control plane says of VPCs
 */
export function renderRegistration(config: AgentConfig, info: RuntimeInfo, containerInstanceArn: string | undefined, clientToken: string, spansVpcs = false): RegisterRequest {
  return {
    cluster: config.cluster,
    ...(containerInstanceArn !== undefined && { containerInstanceArn }),
    clientToken,
    attributes: [...renderAttributes(config, info), ...(spansVpcs ? [{ name: 'longshore.capability.vpc' }, { name: 'longshore.address', value: config.address ?? '127.0.0.1' }] : [])],
    totalResources: renderResources(config, info),
    versionInfo: { agentVersion: config.agentVersion, agentHash: config.agentHash, dockerVersion: `DockerVersion: ${info.version}` },
    ...(config.tags !== undefined && { tags: config.tags }),
  };
}

function renderResources(config: AgentConfig, info: RuntimeInfo): RegisterRequest['totalResources'] {
  const integer = (name: string, integerValue: number) => ({ name, type: 'INTEGER' as const, integerValue });
  const set = (name: string, stringSetValue: readonly string[]) => ({ name, type: 'STRINGSET' as const, stringSetValue });
  return [
    integer('CPU', config.cpu ?? info.cpus * 1024),
    integer('MEMORY', config.memoryMiB ?? Math.floor(info.memoryBytes / MIB)),
    set('PORTS', [...RESERVED_TCP, ...(config.reservedTcpPorts ?? [])].map(String)),
    set('PORTS_UDP', (config.reservedUdpPorts ?? []).map(String)),
    ...(config.gpus !== undefined && config.gpus.length > 0 ? [set('GPU', config.gpus)] : []),
  ];
}

function renderAttributes(config: AgentConfig, info: RuntimeInfo): { name: string; value?: string }[] {
  const drivers = [...new Set([...info.logDrivers.filter((d) => ['json-file', 'none', 'local', 'syslog', 'journald', 'gelf', 'fluentd', 'splunk'].includes(d)), 'none', 'awslogs'])].sort();
  const names = [
    ...CAPABILITIES.map((name) => CAPABILITY + name),
    ...OLD_CAPABILITIES.map((name) => OLD + name),
    ...(config.pool === 'fargate' ? [] : [`${OLD}privileged-container`]),
    ...(info.securityOptions.some((o) => o.includes('apparmor')) ? [`${OLD}apparmor`] : []),
    ...(info.securityOptions.some((o) => o.includes('selinux')) ? [`${OLD}selinux`] : []),
    ...drivers.map((driver) => `${OLD}logging-driver.${driver}`),
    ...volumeDrivers(info).map((driver) => `${CAPABILITY}docker-plugin.${driver}`),
    ...ENGINE_APIS.map((version) => `${OLD}docker-remote-api.${version}`),
    ...(config.gpus !== undefined && config.gpus.length > 0 ? [`${CAPABILITY}gpu-driver-version`] : []),
  ];
  return [
    ...names.map((name) => ({ name })),
    { name: 'ecs.os-type', value: 'linux' },
    { name: 'ecs.os-family', value: 'LINUX' },
    { name: 'ecs.cpu-architecture', value: info.architecture === 'arm64' || info.architecture === 'aarch64' ? 'arm64' : 'x86_64' },
    ...(config.availabilityZone !== undefined ? [{ name: 'ecs.availability-zone', value: config.availabilityZone }] : []),
    ...(config.pool !== undefined ? [{ name: 'longshore.pool', value: config.pool }] : []),
    ...(config.launchType === 'EXTERNAL' ? [{ name: `${CAPABILITY}external` }] : []),
    ...Object.entries(config.attributes ?? {}).map(([name, value]) => ({ name, value })),
  ];
}

/** A plugin is known by its name with and without its tag. */
function volumeDrivers({ volumeDrivers: names }: RuntimeInfo): string[] {
  return [...new Set(names.flatMap((name) => [name, name.replace(/:[^/]*$/, '')]))];
}
