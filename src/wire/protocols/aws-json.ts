// awsJson 1.0 and 1.1: POST / with X-Amz-Target, JSON both ways.
import { AwsError } from '../aws-error.ts';
import { AWS_JSON, readJson } from '../codec/json-reader.ts';
import { createJsonWriter } from '../codec/json-writer.ts';
import { findMissing, missingMessage } from '../codec/missing.ts';
import type { Reply } from '../reply.ts';
import type { Service } from '../service.ts';
import type { Protocol, ReplyContext } from './protocol.ts';

/** The protocol in one of its two versions; they differ in the content type alone. */
export function createAwsJson(version: '1.0' | '1.1'): Protocol {
  const contentType = `application/x-amz-json-${version}`;
  const writer = createJsonWriter();
  return {
    name: version === '1.0' ? 'awsJson1_0' : 'awsJson1_1',
    family: 'json',
    contentType,
    readInput(operation, request) {
      const { input, incomplete } = readJson(operation.input, request.body, AWS_JSON);
      return { input, missing: incomplete ? findMissing(operation.input, input) : [] };
    },
    writeOutput(operation, output, { requestId }) {
      const headers = ['x-amzn-RequestId', requestId, 'Content-Type', contentType];
      return { status: 200, headers, body: writer.write(operation.output, output) };
    },
    writeError: (error, context) => writeJsonError(error, context, contentType),
    unreadable: (message) => new AwsError('SerializationException', message),
    missing: (paths) => new AwsError('ValidationException', missingMessage(paths)),
    unknownOperation: (name) => new AwsError('UnknownOperationException', name === '' ? 'No operation was named.' : `The operation ${name} is not known.`),
    faultCode: 'InternalFailure',
  };
}

/** `{"__type":code,"message":…}` with the code in x-amzn-ErrorType as well. */
export function writeJsonError(error: AwsError, context: ReplyContext, contentType: string): Reply {
  const headers = ['x-amzn-RequestId', context.requestId, 'Content-Type', contentType, 'x-amzn-ErrorType', error.code];
  if (isQueryCompatible(context.service)) headers.push('x-amzn-query-error', `${error.code};${error.httpStatus >= 500 ? 'Receiver' : 'Sender'}`);
  return { status: error.httpStatus, headers, body: JSON.stringify(errorBody(error)) };
}

/** The members of an error: its type, its message, and what else the model gives it. */
export function errorBody(error: AwsError): Record<string, unknown> {
  const body: Record<string, unknown> = { __type: error.code, message: error.message };
  for (const [name, value] of Object.entries(error.details)) body[name] = value instanceof Date ? value.getTime() / 1_000 : value;
  return body;
}

function isQueryCompatible(service: Service | undefined): boolean {
  return service?.queryCompatible === true;
}
