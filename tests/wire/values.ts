// Random values that fit a shape: what a client could send and a handler could return.
import fc from 'fast-check';
import type { Member, Shape, StructureShape } from '#wire/shape.ts';

export interface ValueOptions {
  /** XML cannot carry every character, and parsers trim. */
  readonly text: 'any' | 'xml';
  /** Query strings and XML cannot tell an empty list, map or structure from none. */
  readonly empty: boolean;
}

const MAX_DEPTH = 6;

/** A value of a structure; required members and those that SDKs fill in (idempotency tokens, the status) are always there. */
export function structureValue(shape: StructureShape, options: ValueOptions, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const fits = (member: Member): boolean => (options.empty || member.shape.kind !== 'document') && (depth < MAX_DEPTH || (member.shape.kind !== 'structure' && member.shape.kind !== 'list' && member.shape.kind !== 'map'));
  if (shape.union) return fc.constantFrom(...shape.members).chain((member) => fc.record({ [member.name]: shapeValue(member.shape, options, depth + 1) }));
  const always = shape.members.filter((member) => shape.required.includes(member) || (member.traits as { idempotencyToken?: number }).idempotencyToken !== undefined || member.traits.httpResponseCode !== undefined);
  const sometimes = shape.members.filter((member) => !always.includes(member) && fits(member));
  const least = options.empty || always.length > 0 || sometimes.length === 0 ? 0 : 1;
  return fc
    .subarray(sometimes, { minLength: least, maxLength: Math.min(sometimes.length, depth === 0 ? 12 : 5) })
    .chain((chosen) => fc.record(Object.fromEntries([...always, ...chosen].map((member) => [member.name, memberValue(member, options, depth)]))));
}

function memberValue(member: Member, options: ValueOptions, depth: number): fc.Arbitrary<unknown> {
  const { traits, shape } = member;
  // What travels in the path or a header is narrower than what a body takes.
  if (traits.httpLabel !== undefined) return fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }).filter((text) => !/^\.{1,2}$/.test(text));
  if (traits.httpHeader !== undefined && shape.kind === 'string') return fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9 _-]{0,10}[a-zA-Z0-9]$/);
  if (traits.httpPrefixHeaders !== undefined) return fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,8}$/), fc.stringMatching(/^[a-zA-Z0-9]{1,8}$/), { minKeys: 1, maxKeys: 3 });
  if (traits.httpResponseCode !== undefined) return fc.constantFrom(200, 201, 202);
  if (shape.kind === 'timestamp' && (traits.httpHeader !== undefined || shape.format === 'http-date')) return fc.integer({ min: 0, max: 2_000_000_000 }).map((seconds) => new Date(seconds * 1_000));
  return shapeValue(shape, options, depth + 1);
}

function shapeValue(shape: Shape, options: ValueOptions, depth: number): fc.Arbitrary<unknown> {
  const least = options.empty ? 0 : 1;
  switch (shape.kind) {
    case 'structure':
      return structureValue(shape, options, depth);
    case 'list':
      return fc.array(shapeValue(shape.item, options, depth + 1), { minLength: least, maxLength: 3 });
    case 'map':
      return fc.dictionary(text(options), shapeValue(shape.value, options, depth + 1), { minKeys: least, maxKeys: 3, noNullPrototype: true });
    case 'string':
      return text(options);
    case 'boolean':
      return fc.boolean();
    case 'number':
      return fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, 0.25, -1.5, 3e-7));
    case 'blob':
      return fc.uint8Array({ minLength: least, maxLength: 40 });
    case 'timestamp':
      return shape.format === 'http-date' ? fc.integer({ min: 0, max: 2_000_000_000 }).map((seconds) => new Date(seconds * 1_000)) : fc.integer({ min: 0, max: 4_000_000_000_000 }).map((ms) => new Date(ms));
    case 'bigInteger':
      return fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
    case 'bigDecimal':
      return fc.integer();
    case 'document':
      // The SDK reads whole numbers beyond 2^53 as objects of its own.
      return fc.jsonValue().filter((value) => !/\d{16}/.test(JSON.stringify(value)));
  }
}

function text(options: ValueOptions): fc.Arbitrary<string> {
  if (options.text === 'any') return fc.string({ unit: 'grapheme', maxLength: 12 });
  const inner = fc.string({ unit: fc.constantFrom(...'abcXYZ019&<>"\'/ .:%+=-_é€😀'), minLength: 1, maxLength: 12 });
  return inner.map((value) => value.trim()).filter((value) => value !== '');
}
