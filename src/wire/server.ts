// The AWS handler: one HTTP request in, routed, authenticated, read, handled and answered. Never throws, never crashes.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { AwsError } from './aws-error.ts';
import { discardBody, NO_BODY, readBody } from './body.ts';
import type { AwsCall, Caller } from './call.ts';
import { UnreadableInput } from './codec/unreadable-input.ts';
import { streamEvents } from './event-stream.ts';
import { header, readHead, type RequestHead } from './head.ts';
import type { Payload } from './payload.ts';
import type { Protocol } from './protocols/protocol.ts';
import { createProtocols } from './protocols/protocols.ts';
import { sendReply, type Reply } from './reply.ts';
import { createRequestIds } from './request-ids.ts';
import { createRouter, type Route, type Router, type Unrouted } from './router.ts';
import type { ProtocolName, Service } from './service.ts';
import { createShapes } from './shape.ts';
import { authError } from './sigv4/auth-failure.ts';
import type { Authenticate } from './sigv4/authenticator.ts';
import { throttledError } from './throttled.ts';
import { declaredPayloadHash } from './sigv4/verify.ts';
import { WireCall } from './wire-call.ts';

export interface Observation {
  /** Undefined when the request could not be routed. */
  readonly service: string | undefined;
  readonly operation: string | undefined;
  readonly protocol: ProtocolName;
  readonly account: string | undefined;
  readonly requestId: string;
  readonly httpStatus: number;
  readonly errorCode: string | undefined;
  /** True for a bug of ours: an exception that is no AwsError. */
  readonly fault: boolean;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** A signed, parsed request that is about to be handled. */
export interface Intent {
  readonly service: Service;
  readonly operation: string;
  readonly input: unknown;
  readonly call: AwsCall;
  /** What `service.context` made for the handler. */
  readonly context: unknown;
}

/** A call of a known caller that has been answered, for whoever keeps a record of calls. */
export interface Done {
  readonly service: Service;
  readonly operation: string;
  readonly call: AwsCall;
  /** As read; undefined when it could not be. */
  readonly input: unknown;
  /** What `service.context` made; undefined when the input could not be read. */
  readonly context: unknown;
  /** What the handler answered; undefined when it refused. */
  readonly output: unknown;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** A verified (or unsigned) request whose input has not been read yet. */
export interface Attempt {
  readonly service: Service;
  readonly operation: string;
  /** Its account is '' where no signature is asked for. */
  readonly caller: Caller;
  readonly region: string;
  readonly sourceIp: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface AwsHandlerOptions {
  readonly services: readonly Service<any>[];
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Whether this is one call too many. Asked once the caller is known, before anything else is done for him. */
  readonly throttle?: (attempt: Attempt) => boolean;
  /** Whether the caller may do this: the refusal, or undefined. Asked for signed operations, after input has been parsed. */
  readonly authorize?: (intent: Intent) => AwsError | undefined;
  /** Default 10 MiB; `Operation.maxBodyBytes` overrides it. */
  readonly maxBodyBytes?: number;
  /**
   * Awaited after a handler ran (or threw) and before anything is written: what it changed and what it saw is durable by then.
   * Undefined when nothing is pending. A rejection becomes a 500.
   */
  readonly beforeReply?: () => Promise<void> | undefined;
  /** Called once for each answered call whose caller is known and was not throttled: after the answer, never for a bad signature. */
  readonly record?: (done: Done) => void;
  /** Called once per answered request. */
  readonly observe?: (observation: Observation) => void;
}

export type AwsHandler = (request: IncomingMessage, response: ServerResponse) => void;

interface Server extends AwsHandlerOptions {
  readonly router: Router;
  readonly requestId: () => string;
  readonly maxBodyBytes: number;
}

/** Everything about one request that its steps share. */
interface Exchange {
  readonly server: Server;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: RequestHead;
  readonly requestId: string;
  readonly startedMs: number;
  protocol: Protocol;
  service: Service | undefined;
  operation: string | undefined;
  account: string | undefined;
  requestBytes: number;
  /** From here on: known once the caller is. */
  call: AwsCall | undefined;
  input: unknown;
  context: unknown;
  output: unknown;
}

const DEFAULT_MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The handler for a node:http server; it answers every request it is given. */
export function createAwsHandler(options: AwsHandlerOptions): AwsHandler {
  const protocols = createProtocols();
  const server: Server = {
    ...options,
    router: createRouter(options.services, protocols, createShapes()),
    requestId: createRequestIds(options.random),
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
  };
  return (request, response) => {
    const exchange: Exchange = {
      server,
      request,
      response,
      head: readHead(request),
      requestId: server.requestId(),
      startedMs: server.clock.now(),
      protocol: protocols.awsJson1_1,
      service: undefined,
      operation: undefined,
      account: undefined,
      requestBytes: 0,
      call: undefined,
      input: undefined,
      context: undefined,
      output: undefined,
    };
    // A client that hangs up while we write is its own business.
    response.on('error', ignore);
    receive(exchange);
  };
}

function ignore(): void {}

/** Routes by the head as far as it goes, then reads the body. */
function receive(exchange: Exchange): void {
  const { server, head, request } = exchange;
  const early = server.router.routeHead(head);
  exchange.protocol = early.protocol;
  if (!('formPending' in early)) adopt(exchange, early);
  if ('operation' in early && early.operation.streamsBody === true) {
    exchange.requestBytes = Number(header(head, 'content-length') ?? 0);
    return guard(exchange, () => perform(exchange, early, NO_BODY));
  }
  const limitBytes = 'operation' in early ? (early.operation.maxBodyBytes ?? server.maxBodyBytes) : server.maxBodyBytes;
  readBody(request, header(head, 'content-length'), limitBytes, (outcome, body) => {
    if (outcome === 'truncated') return;
    exchange.requestBytes = body.length;
    guard(exchange, () => {
      if (outcome === 'too-large') return refuseTooLarge(exchange, limitBytes);
      const route = 'formPending' in early ? server.router.routeForm(head, body) : early;
      if ('formPending' in early) adopt(exchange, route);
      if ('error' in route) return sendError(exchange, route.error);
      perform(exchange, route, body);
    });
  });
}

function adopt(exchange: Exchange, route: Route | Unrouted): void {
  exchange.protocol = route.protocol;
  exchange.service = route.service;
  if ('operation' in route) exchange.operation = route.name;
}

/** Runs a step; whatever it throws becomes an answer. */
function guard(exchange: Exchange, step: () => void): void {
  try {
    step();
  } catch (error) {
    fail(exchange, error);
  }
}

function perform(exchange: Exchange, route: Route, body: Buffer): void {
  const { server, head, request, response, requestId } = exchange;
  const { operation, service, protocol } = route;
  let caller: Caller = ANONYMOUS;
  let region = 'us-east-1';
  let payload: Payload | undefined;
  const declaredHash = operation.streamsBody === true ? declaredPayloadHash(head) : undefined;
  if (operation.signed !== false) {
    const outcome = server.authenticate({ head, body, rules: service, declaredHash });
    if ('failure' in outcome) return sendError(exchange, authError(outcome, protocol.family));
    ({ caller, region } = outcome);
    exchange.account = caller.account;
    if (declaredHash !== undefined) payload = { stream: request, declaredHash, ...(outcome.chunkSigning !== undefined && { chunkSigning: outcome.chunkSigning }) };
  }
  if (server.throttle?.({ service, operation: route.name, caller, region, sourceIp: request.socket.remoteAddress ?? '', now: exchange.startedMs }) === true) {
    return sendError(exchange, throttledError(protocol.family));
  }
  const call = new WireCall({ request, response, head, caller, region, service: service.name, operation: route.name, requestId, now: exchange.startedMs, payload });
  exchange.call = call;
  const shape = route.shape();
  const { input, missing } = protocol.readInput(shape, { head, body, form: route.form, labels: route.labels });
  exchange.input = input;
  if (missing.length > 0) return sendError(exchange, service.onMissing?.(missing, route.name) ?? protocol.missing(missing));
  const context = service.context(call);
  exchange.context = context;
  const refusal = operation.signed === false ? undefined : server.authorize?.({ service, operation: route.name, input, call, context });
  if (refusal !== undefined) return sendError(exchange, refusal);
  const answer = (output: unknown): void => {
    const reply = { requestId, service };
    exchange.output = output;
    if (shape.eventStream === undefined) send(exchange, protocol.writeOutput(shape, output, reply));
    else streamEvents({ response, protocol, shape, output: output as Record<string, unknown>, requestId, log: server.log }, (status, bytes) => observe(exchange, status, bytes, undefined));
  };
  let result: unknown;
  try {
    result = operation.handler(input, context);
  } catch (error) {
    return whenDurable(exchange, () => fail(exchange, error));
  }
  if (!isPromise(result)) return whenDurable(exchange, () => answer(result));
  result.then(
    (output) => whenDurable(exchange, () => answer(output)),
    (error: unknown) => whenDurable(exchange, () => fail(exchange, error)),
  );
}

/** Who calls an operation that needs no signature. */
const ANONYMOUS: Caller = { account: '', arn: '', userId: '', accessKeyId: '' };

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Promise<unknown>).then === 'function';
}

/** Holds the answer back until what it rests on is on disk. */
function whenDurable(exchange: Exchange, answer: () => void): void {
  const { beforeReply } = exchange.server;
  const gate = beforeReply === undefined ? undefined : beforeReply();
  if (gate === undefined) return guard(exchange, answer);
  gate.then(
    () => guard(exchange, answer),
    (error: unknown) => fail(exchange, error),
  );
}

/** An AwsError is an answer; anything else is a bug, logged and counted. */
function fail(exchange: Exchange, error: unknown): void {
  const { protocol, service, server } = exchange;
  if (error instanceof AwsError) return sendError(exchange, error);
  if (error instanceof UnreadableInput) {
    return sendError(exchange, service?.onUnreadable?.(error.message, exchange.operation ?? '') ?? protocol.unreadable(error.message));
  }
  server.log.error('request failed', {
    service: service?.name,
    operation: exchange.operation,
    requestId: exchange.requestId,
    stack: error instanceof Error ? error.stack : String(error),
  });
  const code = service?.faultCode ?? protocol.faultCode;
  const fault = new AwsError(code, 'The request processing has failed because of an unknown error, exception or failure.', { httpStatus: 500 });
  send(exchange, protocol.writeError(fault, { requestId: exchange.requestId, service }), fault, true);
}

function refuseTooLarge(exchange: Exchange, limitBytes: number): void {
  const error = new AwsError('RequestEntityTooLargeException', `Request size exceeds the limit of ${limitBytes} bytes.`, { httpStatus: 413 });
  exchange.response.shouldKeepAlive = false;
  sendError(exchange, error);
}

function sendError(exchange: Exchange, error: AwsError): void {
  const { protocol, requestId, service, request } = exchange;
  if (!request.complete) discardBody(request);
  send(exchange, protocol.writeError(error, { requestId, service }), error);
}

function send(exchange: Exchange, reply: Reply, error?: AwsError, fault = false): void {
  const bytes = sendReply(exchange.response, reply);
  observe(exchange, reply.status, bytes, error, fault);
}

function observe(exchange: Exchange, httpStatus: number, responseBytes: number, error: AwsError | undefined, fault = false): void {
  const { server, service, operation, protocol, account, requestId, requestBytes, startedMs, call, input, context, output } = exchange;
  if (call !== undefined && service !== undefined && server.record !== undefined) {
    server.record({ service, operation: call.operation, call, input, context, output: error === undefined ? output : undefined, error });
  }
  server.observe?.({
    service: service?.name,
    operation,
    protocol: protocol.name,
    account,
    requestId,
    httpStatus,
    errorCode: error?.code,
    fault,
    durationMs: server.clock.now() - startedMs,
    requestBytes,
    responseBytes,
  });
}
