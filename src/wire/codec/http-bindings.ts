// REST protocols scatter a structure over path, query, headers, status and body; these put it together and take it apart.
import { header, percentDecode, type RequestHead } from '../head.ts';
import type { WireRequest } from '../protocols/protocol.ts';
import type { ListShape, MapShape, Member, Shape, StructureShape } from '../shape.ts';
import { readScalar } from './form-reader.ts';
import { formatDate } from './timestamp.ts';
import { setKey } from './value-reader.ts';

/** Members that go into the body as one document: those bound nowhere else. */
export function bodyMembers(shape: StructureShape): readonly Member[] {
  return shape.members.filter(({ traits }) => {
    const bound = traits.httpLabel ?? traits.httpQuery ?? traits.httpQueryParams ?? traits.httpHeader ?? traits.httpPrefixHeaders ?? traits.httpPayload ?? traits.httpResponseCode;
    return bound === undefined;
  });
}

/** The member that is the body. */
export function payloadMember(shape: StructureShape): Member | undefined {
  return shape.members.find(({ traits }) => traits.httpPayload !== undefined);
}

/** What path, query and headers say of an input. Throws UnreadableInput on a value of the wrong type. */
export function readBindings(shape: StructureShape, request: WireRequest): Record<string, unknown> {
  const { head } = request;
  const out: Record<string, unknown> = {};
  const query = splitQuery(head.query);
  for (const { name, shape: target, traits } of shape.members) {
    let value: unknown;
    if (traits.httpLabel !== undefined) value = fromText(target, request.labels?.get(name));
    else if (traits.httpQuery !== undefined) value = fromQuery(target, query.get(traits.httpQuery));
    else if (traits.httpQueryParams !== undefined) value = fromQueryParams(shape, target as MapShape, query);
    else if (traits.httpHeader !== undefined) value = fromHeader(target, header(head, traits.httpHeader.toLowerCase()), traits.mediaType);
    else if (traits.httpPrefixHeaders !== undefined) value = fromPrefix(head, traits.httpPrefixHeaders.toLowerCase());
    if (value !== undefined) out[name] = value;
  }
  return out;
}

function splitQuery(query: string): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = percentDecode((equals < 0 ? part : part.slice(0, equals)).replaceAll('+', ' '));
    const value = equals < 0 ? '' : percentDecode(part.slice(equals + 1).replaceAll('+', ' '));
    const found = out.get(name);
    if (found === undefined) out.set(name, [value]);
    else found.push(value);
  }
  return out;
}

function fromText(shape: Shape, text: string | undefined): unknown {
  return text === undefined ? undefined : readScalar(shape, text, 'date-time');
}

function fromQuery(shape: Shape, values: readonly string[] | undefined): unknown {
  if (values === undefined) return undefined;
  if (shape.kind === 'list') return values.map((value) => readScalar(shape.item, value, 'date-time'));
  return fromText(shape, values[0]);
}

function fromQueryParams(whole: StructureShape, shape: MapShape, query: ReadonlyMap<string, readonly string[]>): Record<string, unknown> | undefined {
  const own = new Set(whole.members.map((member) => member.traits.httpQuery));
  const out: Record<string, unknown> = {};
  for (const [name, values] of query) {
    if (!own.has(name) && !name.startsWith('X-Amz-')) setKey(out, name, shape.value.kind === 'list' ? values : values[0]);
  }
  return Object.keys(out).length === 0 ? undefined : out;
}

function fromHeader(shape: Shape, text: string | undefined, mediaType: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (mediaType !== undefined && shape.kind === 'string') return Buffer.from(text, 'base64').toString('utf8');
  if (shape.kind === 'list') return splitHeader(shape, text);
  return readScalar(shape, text, 'http-date');
}

/** Lists travel in one header, comma-separated; an http-date has a comma of its own. */
function splitHeader(shape: ListShape, text: string): unknown[] {
  const { item } = shape;
  const isHttpDate = item.kind === 'timestamp' && (item.format ?? 'http-date') === 'http-date';
  const parts = isHttpDate ? (text.match(/[^,]+,[^,]+/g) ?? []) : text.split(',');
  return parts.map((part) => readScalar(item, part.trim().replace(/^"(.*)"$/, '$1'), 'http-date'));
}

function fromPrefix(head: RequestHead, prefix: string): Record<string, unknown> | undefined {
  const out: Record<string, unknown> = {};
  for (const [index, name] of head.names.entries()) {
    if (name.startsWith(prefix)) setKey(out, name.slice(prefix.length), head.values[index]);
  }
  return Object.keys(out).length === 0 ? undefined : out;
}

export interface BoundOutput {
  readonly status: number | undefined;
  readonly headers: string[];
}

/** What of an output goes into the status line and the headers. */
export function writeBindings(shape: StructureShape, output: Readonly<Record<string, unknown>>): BoundOutput {
  const headers: string[] = [];
  let status: number | undefined;
  for (const { name, shape: target, traits } of shape.members) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    if (traits.httpResponseCode !== undefined) status = value as number;
    else if (traits.httpHeader !== undefined) headers.push(traits.httpHeader, headerText(target, value, traits.mediaType));
    else if (traits.httpPrefixHeaders !== undefined) {
      for (const [key, item] of Object.entries(value as Record<string, string>)) headers.push(traits.httpPrefixHeaders + key, item);
    }
  }
  return { status, headers };
}

function headerText(shape: Shape, value: unknown, mediaType: string | undefined): string {
  if (shape.kind === 'list') return (value as unknown[]).map((item) => headerText(shape.item, item, undefined)).join(', ');
  if (shape.kind === 'timestamp') return formatDate(value as Date, shape.format ?? 'http-date');
  if (shape.kind === 'blob' || mediaType !== undefined) return Buffer.from(value as string).toString('base64');
  return String(value);
}
