// The one port: tells registry, health, metrics, accounts and agent connections apart by path; everything else is the AWS API.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export type HttpHandler = (req: IncomingMessage, res: ServerResponse) => void;
export type UpgradeHandler = (req: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface Doors {
  readonly aws: HttpHandler;
  readonly registry: HttpHandler;
  readonly health: HttpHandler;
  readonly metrics: HttpHandler;
  readonly accounts: HttpHandler;
  /** `/_admin/join-tokens` and `/_admin/hosts`. */
  readonly joinAdmin: HttpHandler;
  /** `/_admin/spot` */
  readonly spotAdmin: HttpHandler;
  /** `/_join…`: hosts that come with a token or a certificate. */
  readonly join: HttpHandler;
}

/** Paths below `/v2/` are the registry's; smithy RPC paths (`/service/…`) and `/` are the API's. */
export function createFrontDoor(doors: Doors): HttpHandler {
  return (req, res) => {
    const url = req.url ?? '/';
    if (url.startsWith('/v2/') || url === '/v2') return doors.registry(req, res);
    if (url.startsWith('/_')) {
      if (url === '/_health' || url.startsWith('/_health?')) return doors.health(req, res);
      if (url === '/_metrics' || url.startsWith('/_metrics?')) return doors.metrics(req, res);
      if (url === '/_admin/accounts') return doors.accounts(req, res);
      if (url.startsWith('/_admin/join-tokens') || url.startsWith('/_admin/hosts')) return doors.joinAdmin(req, res);
      if (url === '/_admin/spot') return doors.spotAdmin(req, res);
      if (url === '/_join' || url.startsWith('/_join/')) return doors.join(req, res);
    }
    return doors.aws(req, res);
  };
}

/** Answers with a JSON body. */
export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`;
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  res.end(text);
}
