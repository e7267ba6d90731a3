// A client of HTTP/1.1 that costs as little as a client can: one connection, one request at a time, bodies sent as they are and
// received into one buffer that is thrown away. For loads where the client shares two cores with the server.
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly bodyBytes: number;
}

export interface RawClient {
  send(method: string, path: string, headers?: Record<string, string>, body?: readonly Uint8Array[]): Promise<RawAnswer>;
  close(): void;
}

interface Pending {
  resolve(answer: RawAnswer): void;
  reject(error: Error): void;
  readonly method: string;
  head: string;
  answer: RawAnswer | undefined;
  left: number;
}

export function rawClient(port: number): RawClient {
  let pending: Pending | undefined;
  const take = (buffer: Buffer): void => {
    if (pending === undefined) return;
    let body = buffer.byteLength;
    if (pending.answer === undefined) {
      const before = pending.head.length;
      pending.head += buffer.toString('latin1');
      const end = pending.head.indexOf('\r\n\r\n');
      if (end < 0) return;
      body -= end + 4 - before;
      pending.answer = readHead(pending.head.slice(0, end), pending.method);
      pending.left = pending.answer.bodyBytes;
    }
    pending.left -= body;
    if (pending.left > 0) return;
    const { resolve, answer } = pending;
    pending = undefined;
    resolve(answer);
  };
  const socket: Socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafeSlow(1024 * 1024),
      callback: (length, buffer) => {
        take((buffer as Buffer).subarray(0, length));
        return true;
      },
    },
  });
  const fail = (error?: Error): void => {
    pending?.reject(error ?? new Error('connection closed'));
    pending = undefined;
  };
  socket.on('error', fail).on('close', () => fail());
  return {
    send(method, path, headers = {}, body = []) {
      const length = body.reduce((sum, part) => sum + part.byteLength, 0);
      const lines = Object.entries({ Host: `127.0.0.1:${port}`, 'Content-Length': String(length), ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
      return new Promise((resolve, reject) => {
        pending = { resolve, reject, method, head: '', answer: undefined, left: 0 };
        socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
        for (const part of body) socket.write(part);
      });
    },
    close: () => socket.destroy(),
  };
}

function readHead(head: string, method: string): RawAnswer {
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const status = Number(statusLine.split(' ')[1]);
  const hasBody = method !== 'HEAD' && status !== 204;
  return { status, headers, bodyBytes: hasBody ? Number(headers.get('content-length') ?? 0) : 0 };
}
