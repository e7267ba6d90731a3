// Random inputs for an operation, from the shapes of the SDK: right in kind, and mostly wrong in what they say. And the
// opposite question: whether an answer has only members its shape has, each of the right kind.
import fc from 'fast-check';
import type { Shape, StructureShape } from '#wire/shape.ts';

export interface InputOptions {
  /** Strings worth trying: names and ids that exist, values of enumerations. */
  readonly words: readonly string[];
  /** How much rarer an optional member is there than not. Default 3. */
  readonly rarity?: number;
}

/** Inputs as the wire hands them to a handler: members absent or of the right kind, required ones there. */
export function inputArbitrary(shape: StructureShape, options: InputOptions): fc.Arbitrary<Record<string, unknown>> {
  return valueArbitrary(shape, options) as fc.Arbitrary<Record<string, unknown>>;
}

function valueArbitrary(shape: Shape, options: InputOptions): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'structure':
      return structureArbitrary(shape, options);
    case 'list':
      return fc.array(valueArbitrary(shape.item, options), { maxLength: 3 });
    case 'map':
      return fc.dictionary(fc.constantFrom(...options.words), valueArbitrary(shape.value, options), { maxKeys: 3 });
    case 'number':
      return fc.oneof(fc.constantFrom(0, 1, 2, 10, 80, 100, 256, 512, -1), fc.integer());
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return fc.date();
    case 'blob':
      return fc.uint8Array({ maxLength: 10 });
    default:
      return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...options.words) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) });
  }
}

function structureArbitrary(shape: StructureShape, options: InputOptions): fc.Arbitrary<Record<string, unknown>> {
  const rarity = options.rarity ?? 3;
  const required = new Set(shape.required.map((member) => member.name));
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  for (const member of shape.members) {
    const value = valueArbitrary(member.shape, options);
    members[member.name] = required.has(member.name)
      ? value
      : fc.oneof({ weight: rarity, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
  }
  return fc.record(members).map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
}

/** One line per member of `value` that its shape does not have, or that is of another kind. */
export function strangers(shape: Shape, value: unknown, path = 'output'): string[] {
  switch (shape.kind) {
    case 'structure':
      if (value === null || typeof value !== 'object') return [`${path}: no structure`];
      return Object.entries(value).flatMap(([name, member]) => {
        const known = shape.byName.get(name);
        if (!known) return [`${path}.${name}: not in the model`];
        return member === undefined ? [`${path}.${name}: undefined`] : strangers(known.shape, member, `${path}.${name}`);
      });
    case 'list':
      return Array.isArray(value) ? value.flatMap((item, i) => strangers(shape.item, item, `${path}[${i}]`)) : [`${path}: no list`];
    case 'map':
      return Object.entries(value as object).flatMap(([key, item]) => strangers(shape.value, item, `${path}.${key}`));
    case 'timestamp':
      return value instanceof Date ? [] : [`${path}: no Date`];
    case 'document':
      return [];
    default:
      return typeof value === shape.kind ? [] : [`${path}: ${typeof value} instead of ${shape.kind}`];
  }
}
