// The host attributes a definition needs: `requiresAttributes`, which placement matches against container instances.
// Names and conditions are those of AWS's documentation of agent capabilities.
import type { Attribute, ContainerDefinition, Volume } from '#model/task-definition.ts';
import type { DefinitionContent } from './draft.ts';

type Content = Omit<DefinitionContent, 'compatibilities' | 'requiresAttributes'>;
type Rule = readonly [name: string, needed: (content: Content) => boolean];

const REMOTE_API = 'com.amazonaws.ecs.capability.docker-remote-api.';
const LOGGING = 'com.amazonaws.ecs.capability.logging-driver.';
const CAPABILITY = 'ecs.capability.';

const someContainer =
  (needed: (c: ContainerDefinition) => boolean) =>
  (content: Content): boolean =>
    content.containerDefinitions.some(needed);
const someVolume =
  (needed: (v: Volume) => boolean) =>
  (content: Content): boolean =>
    content.volumes.some(needed);
const fromSecretsManager = (valueFrom: string): boolean => valueFrom.includes(':secretsmanager:');
const isEcrImage = (image: string): boolean => /^\d{12}\.dkr[.-]ecr[.-]/.test(image);

const RULES: readonly Rule[] = [
  [`${REMOTE_API}1.18`, someContainer((c) => c.logConfiguration !== undefined || isEcrImage(c.image ?? ''))],
  [`${REMOTE_API}1.19`, someContainer((c) => c.logConfiguration?.logDriver === 'awslogs')],
  [`${REMOTE_API}1.21`, (content) => content.pidMode !== undefined || someContainer((c) => c.memoryReservation !== undefined)(content)],
  [`${REMOTE_API}1.22`, someContainer((c) => c.linuxParameters?.sharedMemorySize !== undefined || c.linuxParameters?.tmpfs !== undefined)],
  [`${REMOTE_API}1.24`, someContainer((c) => (c.systemControls ?? []).length > 0 || c.healthCheck !== undefined)],
  [`${REMOTE_API}1.25`, someContainer((c) => c.linuxParameters?.initProcessEnabled === true)],
  ['com.amazonaws.ecs.capability.ecr-auth', someContainer((c) => isEcrImage(c.image ?? ''))],
  ['com.amazonaws.ecs.capability.privileged-container', someContainer((c) => c.privileged === true)],
  ['com.amazonaws.ecs.capability.selinux', someContainer((c) => (c.dockerSecurityOptions ?? []).some((o) => o.startsWith('label:')))],
  ['com.amazonaws.ecs.capability.apparmor', someContainer((c) => (c.dockerSecurityOptions ?? []).some((o) => o.startsWith('apparmor')))],
  ['com.amazonaws.ecs.capability.task-iam-role', (content) => content.taskRoleArn !== undefined && content.networkMode !== 'host'],
  ['com.amazonaws.ecs.capability.task-iam-role-network-host', (content) => content.taskRoleArn !== undefined && content.networkMode === 'host'],
  [`${CAPABILITY}task-eni`, (content) => content.networkMode === 'awsvpc'],
  [`${CAPABILITY}execution-role-ecr-pull`, (content) => content.executionRoleArn !== undefined && someContainer((c) => isEcrImage(c.image ?? ''))(content)],
  [`${CAPABILITY}execution-role-awslogs`, (content) => content.executionRoleArn !== undefined && someContainer((c) => c.logConfiguration?.logDriver === 'awslogs')(content)],
  [`${CAPABILITY}container-health-check`, someContainer((c) => c.healthCheck !== undefined)],
  [`${CAPABILITY}container-ordering`, someContainer((c) => (c.dependsOn ?? []).length > 0 || c.startTimeout !== undefined || c.stopTimeout !== undefined)],
  [`${CAPABILITY}container-restart-policy`, someContainer((c) => c.restartPolicy?.enabled === true)],
  [`${CAPABILITY}container-port-range`, someContainer((c) => (c.portMappings ?? []).some((p) => p.containerPortRange !== undefined))],
  [`${CAPABILITY}private-registry-authentication.secretsmanager`, someContainer((c) => c.repositoryCredentials !== undefined)],
  [`${CAPABILITY}secrets.asm.environment-variables`, someContainer((c) => (c.secrets ?? []).some((s) => fromSecretsManager(s.valueFrom)))],
  [`${CAPABILITY}secrets.ssm.environment-variables`, someContainer((c) => (c.secrets ?? []).some((s) => !fromSecretsManager(s.valueFrom)))],
  [`${CAPABILITY}secrets.asm.bootstrap.log-driver`, someContainer((c) => (c.logConfiguration?.secretOptions ?? []).some((s) => fromSecretsManager(s.valueFrom)))],
  [`${CAPABILITY}secrets.ssm.bootstrap.log-driver`, someContainer((c) => (c.logConfiguration?.secretOptions ?? []).some((s) => !fromSecretsManager(s.valueFrom)))],
  [`${CAPABILITY}env-files.s3`, someContainer((c) => (c.environmentFiles ?? []).length > 0)],
  [`${CAPABILITY}pid-ipc-namespace-sharing`, (content) => content.pidMode !== undefined || content.ipcMode !== undefined],
  [`${CAPABILITY}efs`, someVolume((v) => v.efsVolumeConfiguration !== undefined)],
  [`${CAPABILITY}efsAuth`, someVolume((v) => hasMember(v.efsVolumeConfiguration, 'authorizationConfig') || hasMember(v.efsVolumeConfiguration, 'transitEncryption'))],
  [`${CAPABILITY}s3files`, someVolume((v) => v.s3filesVolumeConfiguration !== undefined)],
  [`${CAPABILITY}fsxWindowsFileServer`, someVolume((v) => v.fsxWindowsFileServerVolumeConfiguration !== undefined)],
  [`${CAPABILITY}storage.ebs-task-volume-attach`, someVolume((v) => v.configuredAtLaunch === true)],
  [`${CAPABILITY}firelens.fluentd`, someContainer((c) => c.firelensConfiguration?.type === 'fluentd')],
  [`${CAPABILITY}firelens.fluentbit`, someContainer((c) => c.firelensConfiguration?.type === 'fluentbit')],
  [`${CAPABILITY}task-eia`, (content) => content.inferenceAccelerators !== undefined],
  [`${CAPABILITY}fault-injection`, (content) => content.enableFaultInjection === true],
];

/** Each attribute once, in the order of the names. A secret comes from SSM unless its ARN says Secrets Manager. */
export function requiresAttributes(content: Content): Attribute[] {
  const names = new Set<string>();
  for (const [name, needed] of RULES) if (needed(content)) names.add(name);
  for (const container of content.containerDefinitions) {
    const driver = container.logConfiguration?.logDriver;
    if (driver !== undefined) names.add(LOGGING + driver);
  }
  for (const volume of content.volumes) {
    const driver = volume.dockerVolumeConfiguration?.driver;
    if (driver !== undefined && driver !== 'local') names.add(`${CAPABILITY}docker-plugin.${driver}`);
  }
  return [...names].sort().map((name) => ({ name }));
}

function hasMember(value: unknown, member: string): boolean {
  return typeof value === 'object' && value !== null && member in value;
}
