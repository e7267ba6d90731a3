// Asks one address again and again over one connection, 1 ms between answers, until its input closes; then prints the latencies.
import { Agent, request } from 'node:http';

const url = process.argv[2] ?? '';
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const latenciesMs: number[] = [];
let isStopped = false;
process.stdin.on('end', () => (isStopped = true)).resume();

while (!isStopped) {
  const startedAt = performance.now();
  await new Promise<void>((resolve, reject) => {
    const req = request(url, { agent }, (res) => res.on('end', resolve).resume());
    req.on('error', reject).end();
  });
  latenciesMs.push(performance.now() - startedAt);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
latenciesMs.sort((a, b) => a - b);
const at = (share: number): number => latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))] ?? 0;
console.log(JSON.stringify({ count: latenciesMs.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }));
process.exit();
