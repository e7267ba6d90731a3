// The metadata and credentials endpoint of a host: one per agent. The first agent of a host has 169.254.170.2 itself; another one beside it
// has a port of its own there, which the addresses it gives its containers name. Where neither can be had, tasks run without.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { StateStore } from '../state-store.ts';
import type { TaskContext } from '../task-context.ts';
import { answer, takesPut, type MetadataSource } from './answer.ts';
import { openCallers, type Callers } from './callers.ts';
import { openContainerIds } from './container-ids.ts';
import { openRateMemory } from './network-rates.ts';
import { ADDRESS, ensureAddress, ensureRedirect, isOwnAddress, PORT, runCommand, type RunCommand } from './host-address.ts';

export interface MetadataEndpoint {
  /** What leads a container to its metadata and credentials; empty when the endpoint could not be opened. */
  environment(context: TaskContext, container: string): Readonly<Record<string, string>>;
  /** From now on requests are answered; before, they are asked to come again. */
  serve(source: Omit<MetadataSource, 'rates'>): Callers;
  /** `http://169.254.170.2`, or undefined. */
  readonly url: string | undefined;
  close(): void;
}

export interface MetadataEndpointOptions {
  readonly state: StateStore;
  readonly random: Random;
  readonly log: Logger;
  readonly run?: RunCommand;
}

/** All tasks of a host may ask at once, after its control plane was away; a connection that finds no place waits a second for its next try. */
const BACKLOG = 4096;
const MAX_BODY_LENGTH = 4096;
const PORT_KEY = 'metadata-port';

/** Never rejects: what is missing is told in the log. */
export async function openMetadataEndpoint({ state, random, log, run = runCommand }: MetadataEndpointOptions): Promise<MetadataEndpoint> {
  const ids = openContainerIds(state, random);
  let served: { readonly source: MetadataSource; readonly callers: Callers } | undefined;
  const server = createServer({ keepAliveTimeout: 5000, requestTimeout: 10_000, maxHeaderSize: 16_384 }, (request, response) => void handle(request, response));
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const puts = request.method === 'PUT' && takesPut(path);
    if (!puts) request.resume();
    if (request.method !== 'GET' && !puts) return send(response, 405, 'method not allowed');
    if (served === undefined) return send(response, 503, 'the agent is starting');
    try {
      const { status, body } = await answer(served.source, served.callers, ids, path, request.socket.remoteAddress ?? '', puts ? await readText(request) : undefined);
      send(response, status, body);
    } catch (error) {
      log.warn('metadata request failed', { error: String(error) });
      send(response, 500, 'unable to generate the response');
    }
  };
  const url = await open(server, state, log, run);
  return {
    url,
    serve(source) {
      const callers = openCallers(source, isOwnAddress);
      served = { source: { ...source, rates: openRateMemory() }, callers };
      return callers;
    },
    environment({ payload }, container) {
      if (url === undefined || payload.networkMode === 'none') return {};
      const id = ids(payload.arn, container);
      return {
        ECS_CONTAINER_METADATA_URI: `${url}/v3/${id}`,
        ECS_CONTAINER_METADATA_URI_V4: `${url}/v4/${id}`,
        ECS_AGENT_URI: `${url}/api/${id}`,
        ...credentialsVariable(url, payload.roleCredentials?.credentialsId),
      };
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** SDKs know the address for relative ones, and take a full one on the same address. */
function credentialsVariable(url: string, credentialsId: string | undefined): Record<string, string> {
  if (credentialsId === undefined) return {};
  const path = `/v2/credentials/${credentialsId}`;
  return url === `http://${ADDRESS}` ? { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path } : { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}${path}` };
}

async function open(server: Server, state: StateStore, log: Logger, run: RunCommand): Promise<string | undefined> {
  try {
    await ensureAddress(run);
    // Containers that run have the port they were given: an agent that starts again wants the same one.
    const kept = state.entries.get(PORT_KEY) as number | undefined;
    const port = (kept !== undefined && (await listen(server, kept))) || (await listen(server, PORT)) || (await listen(server, 0));
    if (port === undefined) throw new Error(`no port of ${ADDRESS} can be listened on`);
    if (port !== kept) state.put(PORT_KEY, port);
    if (port !== PORT) {
      log.warn('another agent of this host serves metadata; this one uses a port of its own', { port });
      return `http://${ADDRESS}:${port}`;
    }
    const redirected = await ensureRedirect(run).then(() => true, (error: unknown) => {
      log.warn('port 80 of the metadata address cannot be redirected: its own port is used', { error: String(error), port });
      return false;
    });
    return redirected ? `http://${ADDRESS}` : `http://${ADDRESS}:${port}`;
  } catch (error) {
    log.warn('no metadata and credentials for tasks on this host', { error: String(error) });
    return undefined;
  }
}

/** The port, or undefined when it cannot be had. */
function listen(server: Server, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const refused = (): void => resolve(undefined);
    server.once('error', refused);
    server.listen({ port, host: ADDRESS, backlog: BACKLOG }, () => {
      server.off('error', refused);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** A small body as text; one that is not small is cut off, and so no JSON. */
async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) if (text.length < MAX_BODY_LENGTH) text += String(chunk);
  return text;
}
