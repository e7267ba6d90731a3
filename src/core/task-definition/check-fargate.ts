// Rules TD65 to TD77: what Fargate does not have. They hold once requiresCompatibilities names it, whatever else it names.
import type { ContainerDraft, Draft } from './draft.ts';
import { isFargateSize } from './fargate-sizes.ts';
import { parseCpu, parseMemory } from './size.ts';
import { firstOf, type Violation } from './violation.ts';

const LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens'];
const MAX_TIMEOUT = 120;
const MIN_TIMEOUT = 2;

const unsupported = (member: string, container?: ContainerDraft): Violation => ({
  rule: 'TD71',
  member,
  ...(container ? { container: container.name ?? '' } : {}),
});

export const fargateChecks: readonly ((draft: Draft) => Violation | undefined)[] = [
  ({ networkMode }) => (networkMode === 'awsvpc' ? undefined : { rule: 'TD65' }),
  ({ cpu }) => (cpu ? undefined : { rule: 'TD66' }),
  ({ memory }) => (memory ? undefined : { rule: 'TD67' }),
  ({ cpu = '', memory = '' }) => {
    const [units = 0, size = 0] = [parseCpu(cpu), parseMemory(memory)];
    return isFargateSize(units, size) ? undefined : { rule: 'TD68', member: String(units), value: String(size) };
  },
  ({ ipcMode }) => (ipcMode === undefined ? undefined : { rule: 'TD69' }),
  ({ pidMode }) => (pidMode === 'host' ? { rule: 'TD70' } : undefined),
  ({ placementConstraints = [] }) => (placementConstraints.length > 0 ? unsupported('placementConstraints') : undefined),
  ({ inferenceAccelerators = [] }) => (inferenceAccelerators.length > 0 ? unsupported('inferenceAccelerators') : undefined),
  ({ volumes = [] }) => (volumes.some((v) => v.host?.sourcePath !== undefined) ? unsupported('sourcePath') : undefined),
  ({ volumes = [] }) => (volumes.some((v) => v.dockerVolumeConfiguration !== undefined) ? unsupported('dockerVolumeConfiguration') : undefined),
  (draft) => {
    for (const container of draft.containerDefinitions ?? []) {
      const violation = firstOf(containerChecks, container, draft);
      if (violation) return violation;
    }
    return undefined;
  },
];

const containerChecks: readonly ((container: ContainerDraft, draft: Draft) => Violation | undefined)[] = [
  (c) => (c.privileged ? unsupported('privileged', c) : undefined),
  (c) => (c.dockerSecurityOptions?.length ? unsupported('dockerSecurityOptions', c) : undefined),
  (c) => (c.disableNetworking ? unsupported('disableNetworking', c) : undefined),
  ({ linuxParameters: linux, ...c }) => {
    if (linux?.devices?.length) return unsupported('devices', c);
    for (const member of ['sharedMemorySize', 'maxSwap', 'swappiness'] as const) {
      if (linux?.[member] !== undefined) return unsupported(member, c);
    }
    return undefined;
  },
  ({ name = '', linuxParameters }) => {
    const bad = (linuxParameters?.capabilities?.add ?? []).find((capability) => capability !== 'SYS_PTRACE');
    return bad === undefined ? undefined : { rule: 'TD72', container: name, value: bad };
  },
  ({ name = '', resourceRequirements = [] }) => (resourceRequirements.length > 0 ? { rule: 'TD73', container: name } : undefined),
  ({ name = '', logConfiguration }) => {
    const driver = logConfiguration?.logDriver;
    return driver === undefined || LOG_DRIVERS.includes(driver) ? undefined : { rule: 'TD74', container: name, value: driver };
  },
  ({ name = '', image = '', logConfiguration }, { executionRoleArn }) => {
    if (executionRoleArn) return undefined;
    if (logConfiguration?.logDriver === 'awslogs') return { rule: 'TD75', container: name, member: 'log driver awslogs' };
    return /^\d{12}\.dkr[.-]ecr[.-]/.test(image) ? { rule: 'TD75', container: name, member: 'ECR images' } : undefined;
  },
  ({ name = '', startTimeout, stopTimeout }) => {
    for (const [member, value] of [['startTimeout', startTimeout], ['stopTimeout', stopTimeout]] as const) {
      if (value !== undefined && (value < MIN_TIMEOUT || value > MAX_TIMEOUT)) return { rule: 'TD76', container: name, member };
    }
    return undefined;
  },
  ({ name = '', firelensConfiguration }) =>
    firelensConfiguration?.options?.['config-file-type'] === 's3' ? { rule: 'TD77', container: name } : undefined,
];
