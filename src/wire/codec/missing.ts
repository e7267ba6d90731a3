// Required members that a request left out, by the paths AWS gives them.
import type { Shape, StructureShape } from '../shape.ts';

/** Paths like `containerDefinitions.1.member.name`, in the order of the model. */
export function findMissing(shape: StructureShape, input: Readonly<Record<string, unknown>>): string[] {
  const missing: string[] = [];
  inStructure(shape, input, '', missing);
  return missing;
}

function inStructure(shape: StructureShape, value: Readonly<Record<string, unknown>>, prefix: string, missing: string[]): void {
  for (const member of shape.required) {
    if (value[member.name] === undefined) missing.push(prefix + member.name);
  }
  for (const member of shape.members) {
    const inner = value[member.name];
    if (inner !== undefined) inValue(member.shape, inner, prefix + member.name, missing);
  }
}

function inValue(shape: Shape, value: unknown, path: string, missing: string[]): void {
  if (shape.kind === 'structure') {
    inStructure(shape, value as Record<string, unknown>, `${path}.`, missing);
  } else if (shape.kind === 'list') {
    for (const [index, item] of (value as unknown[]).entries()) {
      const itemPath = `${path}.${index + 1}.member`;
      if (item === null && !shape.sparse) missing.push(itemPath);
      else if (item !== null) inValue(shape.item, item, itemPath, missing);
    }
  } else if (shape.kind === 'map') {
    for (const [key, item] of Object.entries(value as Record<string, unknown>)) {
      if (item !== null) inValue(shape.value, item, `${path}.${key}.member`, missing);
    }
  }
}

/** AWS's sentence about them. */
export function missingMessage(missing: readonly string[]): string {
  const count = missing.length === 1 ? '1 validation error detected' : `${missing.length} validation errors detected`;
  return `${count}: ${missing.map((path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`).join('; ')}`;
}
