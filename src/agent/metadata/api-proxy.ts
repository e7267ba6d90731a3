// Longshore's API for containers: the control plane may listen on its own loopback only, or be on another machine, so the agent passes
// requests on from the task address. Nothing of a request is changed: its signature, which covers the Host header, must hold at the
// other end. Bodies are streamed both ways. Only containers of this agent get through, and only to the API: neither to the platform's own
// pages and agent connections (`/_…`) nor to the registry (`/v2/`).
import { Agent as HttpAgent, createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Logger } from '#base/logger.ts';
import { bareHost, serverName, tlsOptions, type CurrentTls } from '#link/tls-client.ts';
import type { StateStore } from '../state-store.ts';
import { ADDRESS } from './host-address.ts';

export interface ApiProxy {
  /** `http://169.254.170.2:51680`, or undefined when no port could be had. */
  readonly url: string | undefined;
  /** From now on requests are passed on. @param admits whether an address is that of a container here */
  serve(admits: (address: string) => Promise<boolean>): void;
  close(): void;
}

export interface ApiProxyOptions {
  /** The control plane: `http://127.0.0.1:4566`. */
  readonly server: string;
  /** Over TLS: whom to believe. The host's own certificate is not shown: it is not the host that calls. */
  readonly tls?: CurrentTls;
  readonly state: StateStore;
  readonly log: Logger;
  /** Default 169.254.170.2, which the metadata endpoint has set up. */
  readonly address?: string;
}

/** One of the ports that Amazon's agent reserves on its host: no task publishes it. */
const PORT = 51_680;
const PORT_KEY = 'api-port';
/** Of one connection, not end to end (RFC 9110, 7.6.1). Transfer-Encoding stays: node writes the same one. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'upgrade', 'te']);

/** Never rejects. */
export async function openApiProxy(options: ApiProxyOptions): Promise<ApiProxy> {
  const { state, log, address = ADDRESS } = options;
  const upstream = openUpstream(options.server, options.tls);
  const admitted = new WeakMap<Socket, Promise<boolean>>();
  let admits: ((address: string) => Promise<boolean>) | undefined;

  const isAdmitted = (socket: Socket): Promise<boolean> => {
    // Asked once a connection: whoever had the address when it was made has it for as long as the connection lives.
    let answer = admitted.get(socket);
    if (answer === undefined) admitted.set(socket, (answer = admits?.(socket.remoteAddress ?? '') ?? Promise.resolve(false)));
    return answer;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (admits === undefined) return refuse(request, response, 503, 'the agent is starting');
    if (!(await isAdmitted(request.socket).catch(() => false))) return refuse(request, response, 403, 'only containers of tasks on this host may call');
    if (!isApiPath(request.url ?? '')) return refuse(request, response, 404, 'not found');
    upstream.forward(request, response);
  };
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, noDelay: true }, (request, response) => void handle(request, response));
  const url = await open(server, address, state, log);
  return {
    url,
    serve(given) {
      admits = given;
    },
    close() {
      server.close();
      server.closeAllConnections();
      upstream.close();
    },
  };
}

/** As the request line has it: absolute forms (`GET http://…`) and the platform's own paths are not the API's. */
export function isApiPath(url: string): boolean {
  return url.startsWith('/') && !url.startsWith('/_') && !url.startsWith('/v2/') && !/^\/v2(\?|$)/.test(url);
}

interface Upstream {
  forward(request: IncomingMessage, response: ServerResponse): void;
  close(): void;
}

function openUpstream(server: string, tls: CurrentTls | undefined): Upstream {
  const url = new URL(server);
  const secure = url.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const target = { protocol: url.protocol, hostname: bareHost(url.hostname), port: url.port === '' ? (secure ? 443 : 80) : Number(url.port), agent, ...(secure && { servername: serverName(bareHost(url.hostname)) }) };
  return {
    forward(request, response) {
      const onward = (secure ? httpsRequest : httpRequest)({ ...target, method: request.method, path: request.url, headers: endToEnd(request.rawHeaders), ...(tls !== undefined && tlsOptions({ ca: tls().ca })) });
      onward.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders));
        pipeline(answer, response, ignore);
      });
      onward.on('error', () => (response.headersSent ? response.destroy() : refuse(request, response, 503, 'the control plane cannot be reached')));
      response.on('close', () => onward.destroy());
      pipeline(request, onward, ignore);
    },
    close: () => agent.destroy(),
  };
}

/** Ends of streams are seen elsewhere: an aborted one closes the other side. */
function ignore(): void {}

function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!HOP_BY_HOP.has((rawHeaders[i] as string).toLowerCase())) kept.push(rawHeaders[i] as string, rawHeaders[i + 1] as string);
  }
  return kept;
}

async function open(server: Server, address: string, state: StateStore, log: Logger): Promise<string | undefined> {
  // Containers that run have the port they were given: an agent that starts again wants the same one.
  const kept = state.entries.get(PORT_KEY) as number | undefined;
  const port = (kept !== undefined && (await listen(server, address, kept))) || (await listen(server, address, PORT)) || (await listen(server, address, 0));
  if (port === undefined) {
    log.warn('containers of this host are not led to the API: no port can be listened on', { address });
    return undefined;
  }
  if (port !== kept) state.put(PORT_KEY, port);
  return `http://${address}:${port}`;
}

/** The port, or undefined when it cannot be had. */
function listen(server: Server, address: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const refused = (): void => resolve(undefined);
    server.once('error', refused);
    server.listen(port, address, () => {
      server.off('error', refused);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
  request.resume();
  const text = JSON.stringify({ message });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), connection: 'close' });
  response.end(text);
}
