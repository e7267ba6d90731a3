// How long tasks wait for their credentials when all ask at once: each over a connection of its own, from its own address, with its own id,
// against a node:http server that always answers the same; in turns. Needs root (169.254.170.2 on the loopback interface).
// Usage: node bench/credentials.ts [tasks] [rounds]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const P99_LIMIT_MS = 50;
const tasks = Number(process.argv[2] ?? 500);
const rounds = Number(process.argv[3] ?? 10);

interface Target {
  readonly url: string;
  readonly floor: string;
  readonly paths: readonly string[];
  readonly addresses: readonly string[];
}

const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'support/credentials-child.ts'), String(tasks)], { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
const target = JSON.parse(line) as Target;

interface Times {
  /** From before the connection until the last byte. */
  readonly wholeMs: number;
  /** From when every task was connected, and all asked, until the last byte. */
  readonly askMs: number;
}

/** Over a bare socket: 500 HTTP clients in one process would measure themselves. @param go resolves when all are connected, with the time */
function ask(base: URL, path: string, localAddress: string, connected: () => void, go: Promise<number>): Promise<Times> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let asked = 0;
    const socket = connect({ host: base.hostname, port: Number(base.port || 80), localAddress, noDelay: true });
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('end', () => (text.startsWith('HTTP/1.1 200') && text.endsWith('}') && text.includes('AccessKeyId') ? resolve({ wholeMs: performance.now() - started, askMs: performance.now() - asked }) : reject(new Error(text))));
    socket.on('error', reject);
    socket.on('connect', connected);
    void go.then((atMs) => {
      asked = atMs;
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${base.host}\r\nAccept: application/json\r\nConnection: close\r\n\r\n`);
    });
  });
}

async function round(base: string): Promise<Times[]> {
  const url = new URL(base);
  const { promise: go, resolve } = Promise.withResolvers<number>();
  let left = tasks;
  const connected = (): void => void (--left === 0 && resolve(performance.now()));
  return Promise.all(target.paths.map((path, index) => ask(url, path, target.addresses[index]!, connected, go)));
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;

try {
  await round(target.url);
  await round(target.floor);
  const seen = { ours: [] as Times[], floor: [] as Times[] };
  for (let i = 0; i < rounds; i++) {
    const order = i % 2 === 0 ? (['ours', 'floor'] as const) : (['floor', 'ours'] as const);
    for (const which of order) seen[which].push(...(await round(which === 'ours' ? target.url : target.floor)));
  }
  const sorted = (times: readonly Times[], of: keyof Times): number[] => times.map((one) => one[of]).sort((a, b) => a - b);
  const show = (times: readonly number[]): string => `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms, most ${times.at(-1)!.toFixed(1)} ms`;
  const p99 = (which: 'ours' | 'floor'): number => quantile(sorted(seen[which], 'askMs'), 0.99);
  process.stdout.write(
    [
      `${tasks} tasks at once, ${rounds} times, a connection each`,
      `                        from the request until the answer`,
      `credentials endpoint    ${show(sorted(seen.ours, 'askMs'))}`,
      `constant node:http      ${show(sorted(seen.floor, 'askMs'))}`,
      `p99 at most             ${P99_LIMIT_MS} ms`,
      `p99 to the constant's   ${(p99('ours') / p99('floor')).toFixed(2)}`,
      `                        with the time it takes this process to open ${tasks} connections`,
      `credentials endpoint    ${show(sorted(seen.ours, 'wholeMs'))}`,
      `constant node:http      ${show(sorted(seen.floor, 'wholeMs'))}`,
      '',
    ].join('\n'),
  );
} finally {
  child.kill();
}
