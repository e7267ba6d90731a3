// Secrets of a container and of its log driver: which store each comes from.
import { parseArn } from '#model/arn.ts';
import type { ContainerDefinition, Secret } from '#model/task-definition.ts';
import type { PayloadSecret } from '#link/messages.ts';

/** @param region of the task: where a parameter given by name alone is looked up */
export function renderSecrets(container: ContainerDefinition, region: string): readonly PayloadSecret[] {
  return [
    ...(container.secrets ?? []).map((secret) => render(secret, region, 'CONTAINER')),
    ...(container.logConfiguration?.secretOptions ?? []).map((secret) => render(secret, region, 'LOG_DRIVER')),
  ];
}

function render({ name, valueFrom }: Secret, region: string, target: PayloadSecret['target']): PayloadSecret {
  const arn = parseArn(valueFrom);
  return {
    name,
    valueFrom,
    provider: arn?.service === 'secretsmanager' ? 'asm' : 'ssm',
    region: arn?.region || region,
    type: 'ENVIRONMENT_VARIABLE',
    target,
  };
}
