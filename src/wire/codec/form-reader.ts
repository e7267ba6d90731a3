// Query parameters (`Tags.member.1.Key=a`) to typed input, in the two dialects awsQuery and ec2Query.
import type { ListShape, MapShape, Member, Shape, StructureShape, TimestampShape } from '../shape.ts';
import { decodeBase64 } from './json-reader.ts';
import { parseDate } from './timestamp.ts';
import { UnreadableInput } from './unreadable-input.ts';
import { setKey, type ReadValue } from './value-reader.ts';

export type FormDialect = 'awsQuery' | 'ec2Query';

interface Node {
  value: string | undefined;
  children: Map<string, Node> | undefined;
}

interface State {
  readonly dialect: FormDialect;
  readonly names: Map<StructureShape, Map<string, Member>>;
  incomplete: boolean;
}

/** Deeper than any model; a longer name is an attack on the stack. */
const MAX_DEPTH = 64;

export interface FormReader {
  /** Throws UnreadableInput. Parameters that the shape does not know are ignored. */
  read(shape: StructureShape, form: ReadonlyMap<string, string>): ReadValue;
}

/** A reader that keeps the parameter names of each shape. */
export function createFormReader(dialect: FormDialect): FormReader {
  const names = new Map<StructureShape, Map<string, Member>>();
  return {
    read(shape, form) {
      const state: State = { dialect, names, incomplete: false };
      const input = readStructure(shape, parseTree(form), state);
      return { input, incomplete: state.incomplete };
    },
  };
}

function parseTree(form: ReadonlyMap<string, string>): Node {
  const root: Node = { value: undefined, children: undefined };
  for (const [name, value] of form) {
    const path = name.split('.');
    if (path.length > MAX_DEPTH) throw new UnreadableInput('A parameter name is nested too deeply.');
    let node = root;
    for (const step of path) {
      node.children ??= new Map();
      let child = node.children.get(step);
      if (child === undefined) node.children.set(step, (child = { value: undefined, children: undefined }));
      node = child;
    }
    node.value = value;
  }
  return root;
}

/** The parameter's name of a member: ec2 capitalises, and has names of its own. */
function parameterName(member: Member, dialect: FormDialect): string {
  const { ec2QueryName, xmlName } = member.traits;
  if (dialect === 'awsQuery') return xmlName ?? member.name;
  if (ec2QueryName !== undefined) return ec2QueryName;
  const name = xmlName ?? member.name;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function membersByParameter(shape: StructureShape, state: State): Map<string, Member> {
  let names = state.names.get(shape);
  if (names === undefined) {
    names = new Map(shape.members.map((member) => [parameterName(member, state.dialect), member]));
    state.names.set(shape, names);
  }
  return names;
}

function readStructure(shape: StructureShape, node: Node, state: State): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (node.children !== undefined) {
    const members = membersByParameter(shape, state);
    for (const [name, child] of node.children) {
      const member = members.get(name);
      if (member === undefined) continue;
      const value = readAny(member.shape, child, state, state.dialect === 'ec2Query' || Boolean(member.traits.xmlFlattened));
      if (value !== undefined) out[member.name] = value;
    }
  }
  for (const needed of shape.required) {
    if (out[needed.name] === undefined) state.incomplete = true;
  }
  return out;
}

function readAny(shape: Shape, node: Node, state: State, flattened: boolean): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, node, state);
    case 'list':
      return readList(shape, node, state, flattened);
    case 'map':
      return readMap(shape, node, state, flattened);
    default:
      return node.value === undefined ? undefined : readScalar(shape, node.value);
  }
}

/** Items by number; gaps close up. `Name=` alone is an empty list. */
function readList(shape: ListShape, node: Node, state: State, flattened: boolean): unknown[] {
  const holder = flattened ? node : (node.children?.get(shape.itemName) ?? node.children?.get('member'));
  return numbered(holder).map((item) => readAny(shape.item, item, state, state.dialect === 'ec2Query')).filter((item) => item !== undefined);
}

function readMap(shape: MapShape, node: Node, state: State, flattened: boolean): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const entry of numbered(flattened ? node : node.children?.get('entry'))) {
    const key = entry.children?.get(shape.keyName)?.value;
    const value = entry.children?.get(shape.valueName);
    if (key === undefined || value === undefined) continue;
    const read = readAny(shape.value, value, state, state.dialect === 'ec2Query');
    if (read !== undefined) setKey(out, key, read);
  }
  return out;
}

const INDEX = /^[1-9]\d{0,6}$/;

function numbered(node: Node | undefined): Node[] {
  if (node?.children === undefined) return [];
  const items: [number, Node][] = [];
  for (const [name, child] of node.children) {
    if (INDEX.test(name)) items.push([Number(name), child]);
  }
  return items.sort((a, b) => a[0] - b[0]).map(([, child]) => child);
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** One value out of text, as query strings, headers and labels carry it. Throws UnreadableInput. */
export function readScalar(shape: Shape, text: string, timestampDefault: NonNullable<TimestampShape['format']> = 'date-time'): unknown {
  switch (shape.kind) {
    case 'boolean': {
      const lower = text.toLowerCase();
      if (lower === 'true') return true;
      if (lower === 'false') return false;
      throw new UnreadableInput(`'${text}' is not a valid Boolean`);
    }
    case 'number':
      if (NUMBER.test(text)) return Number(text);
      if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return Number(text);
      throw new UnreadableInput(`'${text}' is not a valid number`);
    case 'bigInteger':
      if (/^-?\d+$/.test(text)) return BigInt(text);
      throw new UnreadableInput(`'${text}' is not a valid integer`);
    case 'bigDecimal':
      if (NUMBER.test(text)) return Number(text);
      throw new UnreadableInput(`'${text}' is not a valid number`);
    case 'timestamp': {
      const date = parseDate(text, shape.format ?? timestampDefault);
      if (date === undefined) throw new UnreadableInput(`'${text}' is not a valid timestamp`);
      return date;
    }
    case 'blob': {
      const bytes = decodeBase64(text);
      if (bytes === undefined) throw new UnreadableInput('A blob is not valid base64');
      return bytes;
    }
    default:
      return text;
  }
}
