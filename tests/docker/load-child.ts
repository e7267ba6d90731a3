// A client that never stops asking, in a process of its own, so that it can be in another network namespace. Arguments: address, port,
// path, connections. Ends when its input does, and prints what became of its requests as one line of JSON.
import { Agent } from 'node:http';
import { ask } from './balancer-world.ts';

export interface LoadResult {
  readonly total: number;
  readonly failures: readonly string[];
  /** By what answered. */
  readonly counts: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

const [address = '', port = '', path = '/', connections = '4'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const counts: Record<string, number> = {};
const failures: string[] = [];
let total = 0;
let slowestMs = 0;
let stopped = false;

async function loop(): Promise<void> {
  while (!stopped) {
    total += 1;
    const startedAt = performance.now();
    const answer = await ask(address, Number(port), path, agent).catch((error: Error) => error.message);
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    if (answer.startsWith('200 ')) counts[answer.slice(4).trim()] = (counts[answer.slice(4).trim()] ?? 0) + 1;
    else failures.push(answer);
  }
}

process.stdin.resume().on('end', () => (stopped = true));
await Promise.all(Array.from({ length: Number(connections) }, loop));
agent.destroy();
process.stdout.write(`${JSON.stringify({ total, failures, counts, slowestMs } satisfies LoadResult)}\n`);
