// Custom attributes of container instances.
import type { Attribute as AttributeRow } from '#model/task-definition.ts';
import { invalidParameter } from './errors.ts';
import type { Attribute, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

const NAME = /^[\w\-/\\.]{1,128}$/;
const VALUE = /^[\w\-.@/\\: ]{1,128}$/;

/** ECS's own attributes: they are known by their prefixes, and users cannot set them. */
export function isBuiltIn(name: string): boolean {
  return name.startsWith('ecs.') || name.startsWith('com.amazonaws.ecs.') || name.startsWith('longshore.');
}

/** Throws InvalidParameterException. */
export function validAttribute(attribute: Shape<Attribute>): AttributeRow {
  const { name, value, targetType } = attribute;
  if (!name || !NAME.test(name)) throw invalidParameter(`Attribute name ${name ?? ''} is not valid.`);
  if (isBuiltIn(name)) throw invalidParameter(`Attribute name ${name} has a reserved prefix.`);
  if (value !== undefined && value !== '' && (!VALUE.test(value) || value.trim() !== value)) {
    throw invalidParameter(`Attribute value ${value} is not valid.`);
  }
  optionalOneOf('targetType', targetType, ['container-instance']);
  return value === undefined || value === '' ? { name } : { name, value };
}
