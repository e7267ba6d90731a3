// The SDK's schemas, normalised once into plain trees that the codecs walk without asking questions twice.
import { NormalizedSchema } from '@smithy/core/schema';
import type { OperationSchema } from './service.ts';

export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

interface Scalar {
  readonly kind: 'string' | 'number' | 'boolean' | 'blob' | 'bigInteger' | 'bigDecimal' | 'document';
}

export interface TimestampShape {
  readonly kind: 'timestamp';
  /** Undefined: the protocol's own default. */
  readonly format: TimestampFormat | undefined;
}

export interface ListShape {
  readonly kind: 'list';
  readonly item: Shape;
  /** XML and query name of an item. */
  readonly itemName: string;
  /** Null items are values, not absences. */
  readonly sparse: boolean;
}

export interface MapShape {
  readonly kind: 'map';
  readonly value: Shape;
  readonly keyName: string;
  readonly valueName: string;
  readonly sparse: boolean;
}

export interface StructureShape {
  readonly kind: 'structure';
  readonly name: string;
  readonly union: boolean;
  readonly members: readonly Member[];
  /** Members without which AWS refuses the request. */
  readonly required: readonly Member[];
  /** By member name. */
  readonly byName: ReadonlyMap<string, Member>;
}

export type Shape = Scalar | TimestampShape | ListShape | MapShape | StructureShape;

export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly traits: MemberTraits;
}

/** The traits of smithy that a codec may ask for; absent ones are undefined. */
export interface MemberTraits {
  readonly jsonName?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: number;
  readonly ec2QueryName?: string;
  readonly httpLabel?: number;
  readonly httpQuery?: string;
  readonly httpQueryParams?: number;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpPayload?: number;
  readonly httpResponseCode?: number;
  readonly streaming?: number;
  readonly mediaType?: string;
}

export interface OperationShape {
  readonly name: string;
  readonly input: StructureShape;
  readonly output: StructureShape;
  /** The SDK's own schemas, for the SDK's readers and writers. */
  readonly inputSchema: unknown;
  readonly outputSchema: unknown;
  /** The SDK's schema of a member of input or output. */
  readonly memberSchema: (member: Member) => unknown;
  /** Method, path pattern and success status, for REST protocols. */
  readonly http: readonly [method: string, path: string, status: number] | undefined;
  /** The member of the output that is a stream of events. */
  readonly eventStream: Member | undefined;
}

export interface Shapes {
  /** The shape of an operation tuple (`RunTask$`). */
  operation(schema: OperationSchema): OperationShape;
}

/** A compiler with its own cache: shapes that refer to themselves come out as cyclic objects. */
export function createShapes(): Shapes {
  const cache = new Map<unknown, Shape>();
  return { operation: (schema) => compileOperation(schema, cache) };
}

function compileOperation(schema: OperationSchema, cache: Map<unknown, Shape>): OperationShape {
  const [, , name, traits, input, output] = schema as [number, string, string, { http?: OperationShape['http'] } | 0, unknown, unknown];
  const inputSchema = NormalizedSchema.of(input as never);
  const outputSchema = NormalizedSchema.of(output as never);
  const inputShape = compileStructure(inputSchema, cache);
  const outputShape = compileStructure(outputSchema, cache);
  return {
    name,
    input: inputShape,
    output: outputShape,
    inputSchema,
    outputSchema,
    memberSchema: (member) => (inputShape.members.includes(member) ? inputSchema : outputSchema).getMemberSchema(member.name),
    http: typeof traits === 'object' ? traits.http : undefined,
    eventStream: outputShape.members.find((member) => member.traits.streaming !== undefined && member.shape.kind === 'structure'),
  };
}

const NO_MEMBERS: StructureShape = { kind: 'structure', name: 'Unit', union: false, members: [], required: [], byName: new Map() };

function compileStructure(schema: NormalizedSchema, cache: Map<unknown, Shape>): StructureShape {
  if (schema.isUnitSchema()) return NO_MEMBERS;
  const raw = schema.getSchema() as readonly unknown[];
  const found = cache.get(raw);
  if (found !== undefined) return found as StructureShape;
  const members: Member[] = [];
  const required: Member[] = [];
  const byName = new Map<string, Member>();
  const shape: StructureShape = { kind: 'structure', name: schema.getName() ?? '', union: schema.isUnionSchema(), members, required, byName };
  cache.set(raw, shape);
  // The SDK lists required members first and gives their number after the member schemas.
  const requiredCount = typeof raw[6] === 'number' ? raw[6] : 0;
  for (const [name, memberSchema] of schema.structIterator()) {
    const traits = { ...memberSchema.getMergedTraits() } as MemberTraits & Record<string, unknown>;
    const member: Member = { name, shape: compile(memberSchema, cache), traits };
    members.push(member);
    byName.set(name, member);
    if (members.length <= requiredCount) required.push(member);
  }
  return shape;
}

const SCALARS = {
  string: { kind: 'string' },
  number: { kind: 'number' },
  boolean: { kind: 'boolean' },
  blob: { kind: 'blob' },
  bigInteger: { kind: 'bigInteger' },
  bigDecimal: { kind: 'bigDecimal' },
  document: { kind: 'document' },
} as const satisfies Record<string, Scalar>;

const TIMESTAMPS: Record<number, TimestampShape> = {
  4: { kind: 'timestamp', format: undefined },
  5: { kind: 'timestamp', format: 'date-time' },
  6: { kind: 'timestamp', format: 'http-date' },
  7: { kind: 'timestamp', format: 'epoch-seconds' },
};

function compile(schema: NormalizedSchema, cache: Map<unknown, Shape>): Shape {
  if (schema.isStructSchema() || schema.isUnitSchema()) return compileStructure(schema, cache);
  if (schema.isListSchema()) return compileList(schema, cache);
  if (schema.isMapSchema()) return compileMap(schema, cache);
  if (schema.isTimestampSchema()) return TIMESTAMPS[schema.getSchema() as number] as TimestampShape;
  if (schema.isBlobSchema()) return SCALARS.blob;
  if (schema.isBooleanSchema()) return SCALARS.boolean;
  if (schema.isNumericSchema()) return SCALARS.number;
  if (schema.isBigIntegerSchema()) return SCALARS.bigInteger;
  if (schema.isBigDecimalSchema()) return SCALARS.bigDecimal;
  if (schema.isDocumentSchema()) return SCALARS.document;
  return SCALARS.string;
}

function compileList(schema: NormalizedSchema, cache: Map<unknown, Shape>): Shape {
  const raw = schema.getSchema();
  const found = typeof raw === 'object' ? cache.get(raw) : undefined;
  if (found !== undefined) return found;
  const shape: { -readonly [K in keyof ListShape]: ListShape[K] } = { kind: 'list', item: SCALARS.document, itemName: 'member', sparse: isSparse(schema) };
  if (typeof raw === 'object') cache.set(raw, shape);
  const item = schema.getValueSchema();
  shape.item = compile(item, cache);
  shape.itemName = traitsOf(item).xmlName ?? 'member';
  return shape;
}

function compileMap(schema: NormalizedSchema, cache: Map<unknown, Shape>): Shape {
  const raw = schema.getSchema();
  const found = typeof raw === 'object' ? cache.get(raw) : undefined;
  if (found !== undefined) return found;
  const shape: { -readonly [K in keyof MapShape]: MapShape[K] } = { kind: 'map', value: SCALARS.document, keyName: 'key', valueName: 'value', sparse: isSparse(schema) };
  if (typeof raw === 'object') cache.set(raw, shape);
  const value = schema.getValueSchema();
  shape.value = compile(value, cache);
  shape.valueName = traitsOf(value).xmlName ?? 'value';
  shape.keyName = typeof raw === 'object' ? (traitsOf(schema.getKeySchema()).xmlName ?? 'key') : 'key';
  return shape;
}

function traitsOf(schema: NormalizedSchema): MemberTraits {
  return schema.getMergedTraits() as MemberTraits;
}

function isSparse(schema: NormalizedSchema): boolean {
  return Boolean((schema.getMergedTraits() as { sparse?: number }).sparse);
}
