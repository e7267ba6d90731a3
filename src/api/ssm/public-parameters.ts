// Public parameters, which AWS keeps and everybody may read: here those of the ECS-optimised AMIs.
import { imageParameter, MACHINE_IMAGES } from '#core/instance/images.ts';
import type { Parameter } from './shapes.ts';

const PREFIX = '/aws/service/';

/** Undefined for a name that is no public parameter; it is then the caller's own, or nobody's. */
export function publicParameter(name: string, region: string): Parameter | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const value = imageParameter(name);
  if (value === undefined) return undefined;
  return { Name: name, Type: 'String', Value: value, Version: 1, ARN: `arn:aws:ssm:${region}::parameter${name}`, DataType: 'text', LastModifiedDate: new Date(MACHINE_IMAGES[0]?.createdAt ?? 0) };
}
