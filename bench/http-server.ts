// The choice of HTTP server: the same request, body read, a constant answered, by node:http and by Fastify. Fastify is no dependency:
// `npm install --no-save fastify` before running this. The decision is docs/adr/http-server.md.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { renderLoad, runLoad, type LoadResult } from './support/load.ts';

const ROUNDS = 3;
const BODY = JSON.stringify({ clusterArns: Array.from({ length: 5 }, (_, i) => `arn:aws:ecs:us-east-1:000000000000:cluster/cluster-${i}`) });
const HEADERS = { 'x-amzn-RequestId': '5f6a1c9e-0b1d-4a3e-9d9b-2f1a6a3f5e11', 'Content-Type': 'application/x-amz-json-1.1' };
const REQUEST = Buffer.from(
  `POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-amz-json-1.1\r\nx-amz-target: A.B\r\nauthorization: ${'x'.repeat(200)}\r\ncontent-length: 16\r\n\r\n{"maxResults":3}`,
);

const plain = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    Buffer.concat(chunks);
    response.writeHead(200, { ...HEADERS, 'Content-Length': BODY.length });
    response.end(BODY);
  });
});
await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
const ports: Record<string, number> = { 'node:http': (plain.address() as AddressInfo).port, fastify: await openFastify() };

const best = new Map<string, LoadResult>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, port] of Object.entries(ports)) {
    const result = await runLoad({ port, requests: [REQUEST], durationMs: 2_000 });
    if (result.cpuMicrosPerRequest < (best.get(name)?.cpuMicrosPerRequest ?? Infinity)) best.set(name, result);
  }
}
for (const [name, result] of best) console.log(renderLoad(name, result));
const ratio = (best.get('fastify') as LoadResult).cpuMicrosPerRequest / (best.get('node:http') as LoadResult).cpuMicrosPerRequest;
console.log(`ratio: Fastify takes ${ratio.toFixed(2)}x the CPU`);
process.exit(0);

async function openFastify(): Promise<number> {
  const name = 'fastify';
  const { default: Fastify } = await import(name).catch(() => {
    console.error('Fastify is not installed: npm install --no-save fastify');
    process.exit(1);
  });
  const app = Fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request: unknown, body: Buffer, done: (error: null, body: Buffer) => void) => done(null, body));
  app.post('/', (_request: unknown, reply: any) => reply.headers(HEADERS).send(BODY));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}
