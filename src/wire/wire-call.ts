// The AwsCall of one request; its AbortSignal is made only when somebody asks for it, because few do.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { AwsCall, Caller } from './call.ts';
import { header, type RequestHead } from './head.ts';
import type { Payload } from './payload.ts';

export interface CallFacts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: RequestHead;
  readonly caller: Caller;
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  readonly now: number;
  readonly payload: Payload | undefined;
}

export class WireCall implements AwsCall {
  readonly caller: Caller;
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  readonly now: number;
  readonly payload: Payload | undefined;
  readonly #facts: CallFacts;
  #signal: AbortSignal | undefined;

  constructor(facts: CallFacts) {
    this.caller = facts.caller;
    this.region = facts.region;
    this.service = facts.service;
    this.operation = facts.operation;
    this.requestId = facts.requestId;
    this.now = facts.now;
    this.payload = facts.payload;
    this.#facts = facts;
  }

  get sourceIp(): string {
    return this.#facts.request.socket.remoteAddress ?? '';
  }

  get userAgent(): string {
    return header(this.#facts.head, 'user-agent') ?? '';
  }

  get baseUrl(): string {
    const { request, head } = this.#facts;
    const scheme = (request.socket as TLSSocket).encrypted === true ? 'https' : 'http';
    return `${scheme}://${header(head, 'host') ?? `127.0.0.1:${request.socket.localPort}`}`;
  }

  get signal(): AbortSignal {
    this.#signal ??= hangUpSignal(this.#facts.response);
    return this.#signal;
  }
}

function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const hungUp = (): void => {
    if (!response.writableFinished) controller.abort();
  };
  if (response.destroyed || response.closed) hungUp();
  else response.once('close', hungUp);
  return controller.signal;
}
