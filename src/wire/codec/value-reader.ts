// Reads parsed JSON or CBOR by a shape: checks every type, drops unknown members, takes null for absent.
import type { ListShape, MapShape, Member, Shape, StructureShape, TimestampShape } from '../shape.ts';
import { UnreadableInput } from './unreadable-input.ts';

/** Where JSON and CBOR differ. */
export interface ValueFormat {
  /** The member that a key of an object stands for. */
  readonly member: (shape: StructureShape, key: string) => Member | undefined;
  /** Undefined: not a timestamp. */
  readonly timestamp: (value: unknown, shape: TimestampShape) => Date | undefined;
  /** Undefined: not a blob. */
  readonly blob: (value: unknown) => Uint8Array | undefined;
}

export interface ReadValue {
  readonly input: Record<string, unknown>;
  /** A required member is absent somewhere: findMissing says which. */
  readonly incomplete: boolean;
}

interface State {
  readonly format: ValueFormat;
  incomplete: boolean;
}

/** The input of an operation. Throws UnreadableInput in AWS's words on a wrong type. */
export function readValue(shape: StructureShape, value: unknown, format: ValueFormat): ReadValue {
  const state: State = { format, incomplete: false };
  const input = readStructure(shape, value, state);
  return { input, incomplete: state.incomplete };
}

function readAny(shape: Shape, value: unknown, state: State): unknown {
  switch (shape.kind) {
    case 'string':
      return typeof value === 'string' ? value : refuse(value, 'String');
    case 'number':
      return typeof value === 'number' ? value : readNumber(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(value, 'Boolean');
    case 'structure':
      return readStructure(shape, value, state);
    case 'list':
      return readList(shape, value, state);
    case 'map':
      return readMap(shape, value, state);
    case 'timestamp':
      return state.format.timestamp(value, shape) ?? refuse(value, 'milliseconds since epoch');
    case 'blob':
      return state.format.blob(value) ?? refuse(value, 'a blob');
    case 'bigInteger':
      return readBigInteger(value);
    case 'bigDecimal':
      return typeof value === 'number' ? value : refuse(value, 'Number');
    case 'document':
      return value;
  }
}

function readStructure(shape: StructureShape, value: unknown, state: State): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return refuse(value, undefined);
  const record = value as Record<string, unknown>;
  const out: Record<string, unknown> = {};
  const { member } = state.format;
  for (const key in record) {
    const field = record[key];
    if (field === null || field === undefined) continue;
    const found = member(shape, key);
    if (found !== undefined) out[found.name] = readAny(found.shape, field, state);
  }
  for (const needed of shape.required) {
    if (out[needed.name] === undefined) state.incomplete = true;
  }
  return out;
}

function readList(shape: ListShape, value: unknown, state: State): unknown[] {
  if (!Array.isArray(value)) {
    throw new UnreadableInput(typeof value === 'object' ? 'Start of structure or map found where not expected' : 'Expected list or null');
  }
  const out = new Array<unknown>(value.length);
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i];
    if (item === null || item === undefined) {
      out[i] = null;
      if (!shape.sparse) state.incomplete = true;
    } else {
      out[i] = readAny(shape.item, item, state);
    }
  }
  return out;
}

function readMap(shape: MapShape, value: unknown, state: State): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return refuse(value, undefined);
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item === null || item === undefined) {
      if (shape.sparse) setKey(out, key, null);
    } else {
      setKey(out, key, readAny(shape.value, item, state));
    }
  }
  return out;
}

/** Sets a key that the client chose: `__proto__` must stay a key. */
export function setKey(out: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  else out[key] = value;
}

/** The model's special numbers travel as strings. */
function readNumber(value: unknown): number {
  if (value === 'NaN') return NaN;
  if (value === 'Infinity') return Infinity;
  if (value === '-Infinity') return -Infinity;
  if (typeof value === 'bigint') return Number(value);
  return refuse(value, 'Integer');
}

function readBigInteger(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : refuse(value, 'Integer');
}

function refuse(value: unknown, wanted: string | undefined): never {
  if (Array.isArray(value)) throw new UnreadableInput('Start of list found where not expected');
  if (ArrayBuffer.isView(value)) throw new UnreadableInput('Unexpected field type');
  if (typeof value === 'object') throw new UnreadableInput('Start of structure or map found where not expected');
  if (wanted === undefined) throw new UnreadableInput('Unexpected field type');
  throw new UnreadableInput(`${tokenName(value)} cannot be converted to ${wanted}`);
}

function tokenName(value: unknown): string {
  if (value === true) return 'TRUE_VALUE';
  if (value === false) return 'FALSE_VALUE';
  if (typeof value === 'string') return 'STRING_VALUE';
  return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
}
