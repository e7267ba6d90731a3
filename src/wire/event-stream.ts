// An operation whose output is a stream of events: application/vnd.amazon.eventstream, message by message, until either side ends.
import { EventStreamCodec } from '@smithy/core/event-streams';
import type { ServerResponse } from 'node:http';
import type { Logger } from '#base/logger.ts';
import { AwsError } from './aws-error.ts';
import { createJsonWriter, type JsonWriter } from './codec/json-writer.ts';
import type { Protocol } from './protocols/protocol.ts';
import type { Member, OperationShape, StructureShape } from './shape.ts';

export interface EventStreamReply {
  readonly response: ServerResponse;
  readonly protocol: Protocol;
  readonly shape: OperationShape;
  /** The handler's output; its stream member is an async iterable of `{ eventName: event }`. */
  readonly output: Record<string, unknown>;
  readonly requestId: string;
  readonly log: Logger;
}

type Headers = Readonly<Record<string, string>>;

/**
 * Sends the initial response (what the output has beside the stream), then each event as it comes, at the client's pace.
 * Ends with the iterable; when the client hangs up, the iterable's `return` is called. An AwsError thrown by the
 * iterable goes out as a modelled exception. `done` gets status and bytes once.
 */
export function streamEvents(reply: EventStreamReply, done: (status: number, bytes: number) => void): void {
  const { response, protocol, requestId } = reply;
  if (response.destroyed) return done(499, 0);
  response.writeHead(200, ['x-amzn-RequestId', requestId, 'Content-Type', 'application/vnd.amazon.eventstream']);
  let bytes = 0;
  const writer = createJsonWriter(protocol.family === 'rest-json');
  const send = (headers: Headers, body: string): boolean => {
    const message = encode(headers, body);
    bytes += message.byteLength;
    return response.write(message);
  };
  void pump(reply, writer, send).finally(() => {
    if (!response.destroyed) response.end();
    done(200, bytes);
  });
}

async function pump(reply: EventStreamReply, writer: JsonWriter, send: (headers: Headers, body: string) => boolean): Promise<void> {
  const { response, protocol, shape, output } = reply;
  const member = shape.eventStream as Member;
  const union = member.shape as StructureShape;
  const initial = { ...output, [member.name]: undefined };
  send({ ':event-type': 'initial-response', ':message-type': 'event', ':content-type': protocol.contentType }, writer.write(shape.output, initial));
  const iterator = (output[member.name] as AsyncIterable<Record<string, unknown>>)[Symbol.asyncIterator]();
  const line = watchHangUp(response);
  try {
    for (;;) {
      const next = await line.first(iterator.next());
      if (next === GONE) break;
      if (next.done === true) return;
      if (!sendEvent(union, next.value, writer, send, protocol.contentType)) await line.first(drained(response));
    }
  } catch (error) {
    sendException(reply, union, error, writer, send);
    return;
  }
  // The client is gone: let the source clean up, without waiting for a `next` that may never come.
  void iterator.return?.().catch(() => {});
}

const GONE = Symbol('gone');

/** What comes first: the promise, or the end of the connection. (Promise.race would keep one reaction per event for hours.) */
function watchHangUp(response: ServerResponse): { first<T>(promise: Promise<T>): Promise<T | typeof GONE> } {
  let gone = response.destroyed;
  let wake = (): void => {};
  response.once('close', () => {
    gone = true;
    wake();
  });
  return {
    first: <T>(promise: Promise<T>) =>
      new Promise<T | typeof GONE>((resolve, reject) => {
        wake = () => resolve(GONE);
        promise.then(resolve, reject);
        if (gone) resolve(GONE);
      }),
  };
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('drain', resolve));
}

function sendEvent(union: StructureShape, event: Record<string, unknown>, writer: JsonWriter, send: (headers: Headers, body: string) => boolean, contentType: string): boolean {
  const [name] = Object.keys(event);
  const member = name === undefined ? undefined : union.byName.get(name);
  if (name === undefined || member === undefined) throw new Error(`event stream ${union.name} has no event ${String(name)}`);
  const headers = { ':event-type': name, ':message-type': 'event', ':content-type': contentType };
  return send(headers, writer.write(member.shape as StructureShape, event[name]));
}

/** A modelled exception is named by its member of the union; anything else is a bug and ends the stream as an error. */
function sendException(reply: EventStreamReply, union: StructureShape, error: unknown, writer: JsonWriter, send: (headers: Headers, body: string) => boolean): void {
  if (reply.response.destroyed) return;
  const member = error instanceof AwsError ? union.members.find((candidate) => (candidate.shape as StructureShape).name === error.code) : undefined;
  if (error instanceof AwsError && member !== undefined) {
    const headers = { ':exception-type': member.name, ':message-type': 'exception', ':content-type': reply.protocol.contentType };
    send(headers, writer.write(member.shape as StructureShape, { message: error.message, ...error.details }));
    return;
  }
  const code = error instanceof AwsError ? error.code : reply.protocol.faultCode;
  if (!(error instanceof AwsError)) reply.log.error('event stream failed', { requestId: reply.requestId, stack: error instanceof Error ? error.stack : String(error) });
  send({ ':error-code': code, ':error-message': error instanceof AwsError ? error.message : 'Internal failure', ':message-type': 'error' }, '');
}

const UTF8 = new TextDecoder();
const CODEC = new EventStreamCodec((bytes) => (typeof bytes === 'string' ? bytes : UTF8.decode(bytes)), (text) => Buffer.from(text, 'utf8'));

function encode(headers: Headers, body: string): Uint8Array {
  const typed: Record<string, { type: 'string'; value: string }> = {};
  for (const [name, value] of Object.entries(headers)) typed[name] = { type: 'string', value };
  return CODEC.encode({ headers: typed, body: Buffer.from(body, 'utf8') });
}
