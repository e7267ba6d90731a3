// Rule TD37: log drivers and the options they cannot do without.
import type { ContainerCheck } from './check-container.ts';

const AWSLOGS_REQUIRED = ['awslogs-region', 'awslogs-group'];

export const loggingChecks: readonly ContainerCheck[] = [
  ({ name = '', logConfiguration }, { requiresCompatibilities = [] }) => {
    if (logConfiguration?.logDriver !== 'awslogs') return undefined;
    const options = logConfiguration.options ?? {};
    const fargate = requiresCompatibilities.includes('FARGATE');
    const required = fargate ? [...AWSLOGS_REQUIRED, 'awslogs-stream-prefix'] : AWSLOGS_REQUIRED;
    const missing = required.filter((option) => !options[option]);
    return missing.length > 0 ? { rule: 'TD37', container: name, member: 'awslogs', allowed: missing } : undefined;
  },
  ({ name = '', logConfiguration }) => {
    const mode = logConfiguration?.options?.['mode'];
    return mode !== undefined && mode !== 'blocking' && mode !== 'non-blocking'
      ? { rule: 'TD37', container: name, member: 'mode', value: mode }
      : undefined;
  },
];
