// Where a definition can run: what `compatibilities` answers.
import type { Compatibility } from '#model/task-definition.ts';
import type { DefinitionContent } from './draft.ts';
import { isFargateSize } from './fargate-sizes.ts';

type Content = Omit<DefinitionContent, 'compatibilities' | 'requiresAttributes'>;

/** EC2 always; FARGATE when nothing in it needs a host of one's own; EXTERNAL and MANAGED_INSTANCES when asked for. */
export function compatibilities(content: Content): Compatibility[] {
  const asked = content.requiresCompatibilities ?? [];
  const out: Compatibility[] = [];
  if (asked.includes('EXTERNAL')) out.push('EXTERNAL');
  out.push('EC2');
  if (asked.includes('MANAGED_INSTANCES')) out.push('MANAGED_INSTANCES');
  if (fitsFargate(content)) out.push('FARGATE');
  return out;
}

function fitsFargate(content: Content): boolean {
  if (content.networkMode !== 'awsvpc' || content.cpu === undefined || content.memory === undefined) return false;
  if (!isFargateSize(Number(content.cpu), Number(content.memory))) return false;
  if (content.pidMode === 'host' || content.ipcMode !== undefined || content.placementConstraints.length > 0) return false;
  if (content.inferenceAccelerators !== undefined) return false;
  if (content.volumes.some((v) => v.dockerVolumeConfiguration !== undefined || v.host?.sourcePath !== undefined)) return false;
  return content.containerDefinitions.every(
    (c) => !c.privileged && !c.links?.length && !c.resourceRequirements?.length && !c.linuxParameters?.devices?.length,
  );
}
