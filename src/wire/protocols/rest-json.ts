// restJson1: operations by method and path, JSON for what is bound nowhere else.
import { AwsError } from '../aws-error.ts';
import { bodyMembers, payloadMember, readBindings, writeBindings } from '../codec/http-bindings.ts';
import { parseJson, REST_JSON } from '../codec/json-reader.ts';
import { createJsonWriter, type JsonWriter } from '../codec/json-writer.ts';
import { findMissing, missingMessage } from '../codec/missing.ts';
import { readValue } from '../codec/value-reader.ts';
import type { StructureShape } from '../shape.ts';
import { writeJsonError } from './aws-json.ts';
import type { Protocol, WireRequest } from './protocol.ts';

const CONTENT_TYPE = 'application/json';

export function createRestJson(): Protocol {
  const writer = createJsonWriter(true);
  const bodies = createBodyShapes();
  return {
    name: 'restJson1',
    family: 'rest-json',
    contentType: CONTENT_TYPE,
    readInput(operation, request) {
      const input = { ...readBindings(operation.input, request), ...readBody(operation.input, request, bodies) };
      return { input, missing: findMissing(operation.input, input) };
    },
    writeOutput(operation, output, { requestId }) {
      const value = (output ?? {}) as Record<string, unknown>;
      const bound = writeBindings(operation.output, value);
      const { type, body } = writeBody(operation.output, value, writer, bodies);
      const headers = ['x-amzn-RequestId', requestId, ...(type === undefined ? [] : ['Content-Type', type]), ...bound.headers];
      return { status: bound.status ?? operation.http?.[2] ?? 200, headers, body };
    },
    writeError: (error, context) => writeJsonError(error, context, CONTENT_TYPE),
    unreadable: (message) => new AwsError('SerializationException', message),
    missing: (paths) => new AwsError('ValidationException', missingMessage(paths)),
    unknownOperation: (name) => new AwsError('UnknownOperationException', `The operation ${name} is not known.`, { httpStatus: 404 }),
    faultCode: 'InternalFailure',
  };
}

/** A structure without the members that travel elsewhere; made once per shape. */
function createBodyShapes(): (shape: StructureShape) => StructureShape {
  const cache = new Map<StructureShape, StructureShape>();
  return (shape) => {
    let body = cache.get(shape);
    if (body === undefined) {
      const members = bodyMembers(shape);
      // What is required is checked once, over the whole input.
      body = { ...shape, members, required: [], byName: new Map(members.map((member) => [member.name, member])) };
      cache.set(shape, body);
    }
    return body;
  };
}

function readBody(shape: StructureShape, request: WireRequest, bodies: (shape: StructureShape) => StructureShape): Record<string, unknown> {
  const { body } = request;
  const payload = payloadMember(shape);
  if (payload === undefined) {
    const inBody = bodies(shape);
    return body.length === 0 || inBody.members.length === 0 ? {} : readValue(inBody, parseJson(body), REST_JSON).input;
  }
  if (body.length === 0) return {};
  if (payload.shape.kind === 'blob') return { [payload.name]: body };
  if (payload.shape.kind === 'string') return { [payload.name]: body.toString('utf8') };
  if (payload.shape.kind !== 'structure') return { [payload.name]: parseJson(body) };
  return { [payload.name]: readValue(payload.shape, parseJson(body), REST_JSON).input };
}

function writeBody(
  shape: StructureShape,
  output: Readonly<Record<string, unknown>>,
  writer: JsonWriter,
  bodies: (shape: StructureShape) => StructureShape,
): { type: string | undefined; body: string | Uint8Array } {
  const payload = payloadMember(shape);
  if (payload === undefined) return { type: CONTENT_TYPE, body: writer.write(bodies(shape), output) };
  const value = output[payload.name];
  if (value === undefined || value === null) return { type: undefined, body: '' };
  if (payload.shape.kind === 'blob') return { type: 'application/octet-stream', body: value as Uint8Array };
  if (payload.shape.kind === 'string') return { type: 'text/plain', body: value as string };
  if (payload.shape.kind !== 'structure') return { type: CONTENT_TYPE, body: JSON.stringify(value) };
  return { type: CONTENT_TYPE, body: writer.write(payload.shape, value) };
}
