// One container of a payload: the definition with the task's overrides applied.
import type { ContainerOverride, Task } from '#model/task.ts';
import type { ContainerDefinition, TaskDefinition } from '#model/task-definition.ts';
import type { PayloadContainer, PayloadPortMapping } from '#link/messages.ts';
import { registryAuthentication } from './registry-authentication.ts';
import { renderConfig } from './render-config.ts';
import { renderHostConfig } from './render-host-config.ts';
import { renderSecrets } from './render-secrets.ts';

/** The container as ordered for `task`. */
export function renderContainer(
  task: Task,
  definition: TaskDefinition,
  container: ContainerDefinition,
  options: { readonly registryHost: string },
): PayloadContainer {
  const override = task.overrides.containerOverrides.find((o) => o.name === container.name) ?? {};
  const row = task.containers.find((c) => c.name === container.name);
  const image = container.image ?? '';
  const command = override.command ?? container.command;
  const secrets = renderSecrets(container, task.region);
  const environmentFiles = override.environmentFiles ?? container.environmentFiles;
  const memory = override.memory ?? container.memory ?? 0;
  const auth = registryAuthentication(image, container.repositoryCredentials?.credentialsParameter, {
    region: task.region,
    registryHost: options.registryHost,
    executionRole: (task.overrides.executionRoleArn ?? definition.executionRoleArn) !== undefined,
  });
  return {
    name: container.name,
    image,
    cpu: override.cpu ?? container.cpu ?? 0,
    memory,
    essential: container.essential ?? true,
    environment: renderEnvironment(container, override),
    portMappings: (container.portMappings ?? []).map(renderPortMapping),
    mountPoints: (container.mountPoints ?? []).map((m) => ({
      sourceVolume: m.sourceVolume ?? '',
      containerPath: m.containerPath ?? '',
      readOnly: m.readOnly ?? false,
    })),
    volumesFrom: (container.volumesFrom ?? []).map((v) => ({ sourceContainer: v.sourceContainer ?? '', readOnly: v.readOnly ?? false })),
    overrides: JSON.stringify(override.command === undefined ? {} : { command: override.command }),
    dockerConfig: {
      config: JSON.stringify(renderConfig(container)),
      hostConfig: JSON.stringify(renderHostConfig(task, definition, container, { override, memoryMiB: memory, gpuIds: row?.gpuIds ?? [] })),
    },
    ...(row !== undefined && { containerArn: row.arn }),
    ...(row?.managedAgents !== undefined && { managedAgents: row.managedAgents.map(({ name }) => ({ name })) }),
    ...(command !== undefined && { command }),
    ...(container.entryPoint !== undefined && { entryPoint: container.entryPoint }),
    ...(container.links !== undefined && container.links.length > 0 && { links: container.links }),
    ...(container.dependsOn !== undefined && container.dependsOn.length > 0 && { dependsOn: container.dependsOn }),
    ...(secrets.length > 0 && { secrets }),
    ...(environmentFiles !== undefined && environmentFiles.length > 0 && { environmentFiles }),
    ...(container.startTimeout !== undefined && { startTimeout: container.startTimeout }),
    ...(container.stopTimeout !== undefined && { stopTimeout: container.stopTimeout }),
    ...(hasHealthCheck(container) && { healthCheckType: 'docker' as const }),
    ...(container.restartPolicy !== undefined && { restartPolicy: container.restartPolicy }),
    ...(container.firelensConfiguration !== undefined && { firelensConfiguration: container.firelensConfiguration }),
    ...(auth !== undefined && { registryAuthentication: auth }),
    ...(container.disableNetworking === true && { disableNetworking: true }),
  };
}

/** `["NONE"]` switches off the image's own check: no health to report. */
function hasHealthCheck({ healthCheck }: ContainerDefinition): boolean {
  return healthCheck !== undefined && healthCheck.command[0] !== 'NONE';
}

/** Later names win, an override's over the definition's. */
function renderEnvironment(container: ContainerDefinition, override: ContainerOverride): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { name, value } of [...(container.environment ?? []), ...(override.environment ?? [])]) {
    if (name !== undefined) environment[name] = value ?? '';
  }
  return environment;
}

function renderPortMapping(mapping: NonNullable<ContainerDefinition['portMappings']>[number]): PayloadPortMapping {
  const { containerPort, hostPort, protocol, name, containerPortRange } = mapping;
  return {
    protocol: protocol ?? 'tcp',
    ...(containerPort !== undefined && { containerPort }),
    ...(hostPort !== undefined && { hostPort }),
    ...(name !== undefined && { name }),
    ...(containerPortRange !== undefined && { containerPortRange }),
  };
}
