// The Engine API over its socket: one request, one answer, connections kept open. Small on purpose: the library in use
// elsewhere formats every request for debugging, 8 ms of CPU each once sixteen connections are open (docs/design/agent.md).
import http from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '#base/clock.ts';

export interface EngineAnswer {
  readonly status: number;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without the version prefix. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly rawBody?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface EngineClient {
  /** Rejects with EngineUnreachable or EngineTimeout; any HTTP status is an answer. */
  call(request: EngineRequest): Promise<EngineAnswer>;
  /** The same with the body left to the caller. `signal` ends it. */
  stream(request: EngineRequest, signal?: AbortSignal): Promise<http.IncomingMessage>;
  /** The same with the connection taken over for bytes both ways, on a socket of its own. `head`: bytes that came already. */
  hijack(request: EngineRequest): Promise<{ readonly socket: Socket; readonly head: Buffer } | EngineAnswer>;
  close(): void;
}

export class EngineUnreachable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EngineUnreachable';
  }
}

export class EngineTimeout extends Error {
  readonly timeoutMs: number;
  constructor(timeoutMs: number) {
    super(`timed out after waiting ${timeoutMs / 1000}s`);
    this.name = 'EngineTimeout';
    this.timeoutMs = timeoutMs;
  }
}

/** The oldest API this code needs: Docker 20.10's. */
const API = '/v1.41';
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'ENOTCONN', 'EACCES', 'EAGAIN']);

/** @param socketPath `/var/run/docker.sock` */
export function openEngineClient(socketPath: string, clock: Clock): EngineClient {
  const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 32 });

  const send = (request: EngineRequest, signal: AbortSignal | undefined, mayRepeat: boolean): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const payload = request.rawBody ?? (request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body)));
      const outgoing = http.request({
        socketPath,
        agent,
        method: request.method,
        path: `${API}${request.path}${renderQuery(request.query)}`,
        ...(signal !== undefined && { signal }),
        headers: {
          Host: 'docker',
          ...(payload !== undefined && { 'Content-Type': request.rawBody === undefined ? 'application/json' : 'application/x-tar' }),
          ...(request.method !== 'GET' && { 'Content-Length': String(payload?.length ?? 0) }),
          ...request.headers,
        },
      }, (answer) => {
        timer?.cancel();
        resolve(answer);
      });
      const timer = request.timeoutMs === undefined ? undefined : clock.after(request.timeoutMs, () => outgoing.destroy(new EngineTimeout(request.timeoutMs!)));
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        timer?.cancel();
        // A kept connection may have been closed by the engine while it was idle: nothing was done, ask again.
        if (mayRepeat && outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) return send(request, signal, false).then(resolve, reject);
        reject(unreachable(error, socketPath));
      });
      outgoing.end(payload);
    });

  return {
    async call(request) {
      const answer = await send(request, undefined, true);
      return { status: answer.statusCode ?? 0, body: await readBody(answer) };
    },
    stream: (request, signal) => send(request, signal, true),
    hijack: (request) =>
      new Promise((resolve, reject) => {
        const payload = Buffer.from(JSON.stringify(request.body));
        const outgoing = http.request({
          socketPath,
          agent: false,
          method: request.method,
          path: `${API}${request.path}${renderQuery(request.query)}`,
          headers: { Host: 'docker', Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Type': 'application/json', 'Content-Length': String(payload.length) },
        });
        outgoing.on('upgrade', (_answer, socket: Socket, head) => resolve({ socket, head }));
        outgoing.on('response', (answer) => {
          readBody(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
        });
        outgoing.on('error', (error: NodeJS.ErrnoException) => reject(unreachable(error, socketPath)));
        outgoing.end(payload);
      }),
    close: () => agent.destroy(),
  };
}

async function readBody(answer: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer) chunks.push(chunk as Buffer);
  } catch (error) {
    throw new EngineUnreachable(`the Docker daemon broke off its answer: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parse(Buffer.concat(chunks).toString(), answer.headers['content-type']);
}

function unreachable(error: NodeJS.ErrnoException, socketPath: string): Error {
  return error.code !== undefined && UNREACHABLE.has(error.code) ? new EngineUnreachable(`Cannot connect to the Docker daemon at unix://${socketPath}: ${error.message}`) : error;
}

function renderQuery(query: EngineRequest['query']): string {
  if (query === undefined) return '';
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encodeURIComponent(value)}`));
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function parse(text: string, type: string | undefined): unknown {
  if (text === '') return undefined;
  if (type?.includes('json') !== true) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
