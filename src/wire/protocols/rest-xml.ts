// restXml: as restJson1, with XML bodies. S3 wraps its errors differently and moves its big bodies past this file.
import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { AwsError } from '../aws-error.ts';
import { bodyMembers, payloadMember, readBindings, writeBindings } from '../codec/http-bindings.ts';
import { findMissing, missingMessage } from '../codec/missing.ts';
import { UnreadableInput } from '../codec/unreadable-input.ts';
import { element } from '../codec/xml-writer.ts';
import { isBodySource, rawXmlOf, type BodySource } from '../payload.ts';
import type { OperationShape } from '../shape.ts';
import type { Reply } from '../reply.ts';
import type { Protocol, ReplyContext, WireRequest } from './protocol.ts';

const CONTENT_TYPE = 'application/xml';
const SETTINGS = { timestampFormat: { useTrait: true, default: 5 as never }, httpBindings: true, xmlNamespace: '', serviceNamespace: '' };

export function createRestXml(): Protocol {
  return {
    name: 'restXml',
    family: 'rest-xml',
    contentType: CONTENT_TYPE,
    readInput(operation, request) {
      const input = { ...readBindings(operation.input, request), ...readBody(operation, request) };
      return { input, missing: findMissing(operation.input, input) };
    },
    writeOutput(operation, output, context) {
      const value = (output ?? {}) as Record<string, unknown>;
      const bound = writeBindings(operation.output, value);
      const { type, body } = writeBody(operation, value, context);
      const { own, contentLength } = splitHeaders(bound.headers);
      const typed = type === undefined || own.includes('Content-Type') ? [] : ['Content-Type', type];
      const status = (isBodySource(body) ? body.status : undefined) ?? bound.status ?? operation.http?.[2] ?? 200;
      return { status, headers: ['x-amz-request-id', context.requestId, ...typed, ...own], body, contentLength };
    },
    writeError(error, { requestId, service }) {
      if (service?.bareErrors === true) return bareError(error, requestId);
      const type = element('Type', error.httpStatus >= 500 ? 'Receiver' : 'Sender');
      const xmlns = service?.xmlNamespace === undefined ? '' : ` xmlns="${service.xmlNamespace}"`;
      const inner = `<Error>${type}${element('Code', error.code)}${element('Message', error.message)}</Error>${element('RequestId', requestId)}`;
      const headers = ['x-amz-request-id', requestId, 'x-amzn-RequestId', requestId, 'Content-Type', CONTENT_TYPE];
      return { status: error.httpStatus, headers, body: `<ErrorResponse${xmlns}>${inner}</ErrorResponse>` };
    },
    unreadable: (message) => new AwsError('MalformedXML', message),
    missing: (paths) => new AwsError('InvalidRequest', missingMessage(paths)),
    unknownOperation: () => new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', { httpStatus: 405 }),
    faultCode: 'InternalError',
  };
}

/** S3's errors; what is not modified has no body. */
function bareError(error: AwsError, requestId: string): Reply {
  const headers = ['x-amz-request-id', requestId, ...(error.httpStatus === 304 ? [] : ['Content-Type', CONTENT_TYPE])];
  for (const [name, value] of Object.entries((error.details['headers'] ?? {}) as Record<string, string>)) headers.push(name, value);
  const members = Object.entries(error.details).map(([name, value]) => (typeof value === 'string' ? element(name, value) : ''));
  const inner = `${element('Code', error.code)}${element('Message', error.message)}${members.join('')}${element('RequestId', requestId)}`;
  const body = error.httpStatus === 304 ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`;
  return { status: error.httpStatus, headers, body };
}

/** Content-Length is the server's to write; where a handler gives it, the answer is to HEAD, or it is the body's. */
function splitHeaders(headers: readonly string[]): { own: readonly string[]; contentLength: number | undefined } {
  const at = headers.indexOf('Content-Length');
  return at < 0 ? { own: headers, contentLength: undefined } : { own: headers.toSpliced(at, 2), contentLength: Number(headers[at + 1]) };
}

function readBody(operation: OperationShape, request: WireRequest): Record<string, unknown> {
  const { body } = request;
  const payload = payloadMember(operation.input);
  if (body.length === 0) return {};
  if (payload?.shape.kind === 'blob') return { [payload.name]: body };
  if (payload?.shape.kind === 'string') return { [payload.name]: body.toString('utf8') };
  if (payload === undefined && bodyMembers(operation.input).length === 0) return {};
  const schema = payload === undefined ? operation.inputSchema : operation.memberSchema(payload);
  let value: Record<string, unknown>;
  try {
    value = new XmlShapeDeserializer(SETTINGS).read(schema as never, body) as Record<string, unknown>;
  } catch {
    throw new UnreadableInput('The XML you provided was not well-formed or did not validate against our published schema');
  }
  return payload === undefined ? value : { [payload.name]: value };
}

function writeBody(operation: OperationShape, output: Readonly<Record<string, unknown>>, context: ReplyContext): { type: string | undefined; body: string | Uint8Array | BodySource } {
  const raw = rawXmlOf(output);
  if (raw !== undefined) return { type: CONTENT_TYPE, body: raw };
  const payload = payloadMember(operation.output);
  const serializer = new XmlShapeSerializer({ ...SETTINGS, xmlNamespace: context.service?.xmlNamespace ?? '' });
  if (payload === undefined) {
    const members = bodyMembers(operation.output);
    if (members.length === 0) return { type: undefined, body: '' };
    serializer.write(operation.outputSchema as never, Object.fromEntries(members.map(({ name }) => [name, output[name]])));
  } else {
    const value = output[payload.name];
    if (value === undefined || value === null) return { type: undefined, body: '' };
    if (isBodySource(value)) return { type: 'application/octet-stream', body: value };
    if (payload.shape.kind === 'blob') return { type: 'application/octet-stream', body: value as Uint8Array };
    if (payload.shape.kind === 'string') return { type: 'text/plain', body: value as string };
    serializer.write(operation.memberSchema(payload) as never, value);
  }
  return { type: CONTENT_TYPE, body: serializer.flush() as string };
}
