// The floor of every API benchmark: the same node:http server, body read, answering a constant.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Floor {
  readonly port: number;
  close(): void;
}

/** Answers every request with `body` as awsJson would: same status line, same headers, nothing looked at. */
export async function openFloor(body: string): Promise<Floor> {
  const headers = ['x-amzn-RequestId', '5f6a1c9e-0b1d-4a3e-9d9b-2f1a6a3f5e11', 'Content-Type', 'application/x-amz-json-1.1', 'Content-Length', String(Buffer.byteLength(body))];
  const server = createServer((request, response) => {
    request.on('data', () => {});
    request.on('end', () => {
      response.writeHead(200, headers);
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
