// What an EC2 instance identity document says of a host. Hosts outside EC2 send none.
import type { Attribute } from '#model/task-definition.ts';

export interface InstanceIdentity {
  readonly instanceId?: string;
  readonly availabilityZone?: string;
  /** `ecs.ami-id`, `ecs.instance-type`: those ECS adds itself. */
  readonly attributes: readonly Attribute[];
}

/** Nothing for an empty or unreadable document: it is information, not proof, as nobody here can check its signature. */
export function parseIdentity(document: string | undefined): InstanceIdentity {
  const content = parseObject(document);
  const text = (member: string): string | undefined => (typeof content[member] === 'string' ? content[member] : undefined);
  const attribute = (name: string, value: string | undefined): Attribute[] => (value === undefined ? [] : [{ name, value }]);
  const [instanceId, availabilityZone] = [text('instanceId'), text('availabilityZone')];
  return {
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(availabilityZone === undefined ? {} : { availabilityZone }),
    attributes: [...attribute('ecs.ami-id', text('imageId')), ...attribute('ecs.instance-type', text('instanceType'))],
  };
}

function parseObject(document: string | undefined): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(document || '{}');
    return content !== null && typeof content === 'object' ? (content as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
