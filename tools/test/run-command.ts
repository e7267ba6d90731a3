// Runs one program to its end and keeps what it printed.
import { spawn } from 'node:child_process';

export interface Finished {
  /** Exit code; 1 when it could not be started or died of a signal. */
  readonly code: number;
  /** stdout and stderr as they came. */
  readonly output: string;
  readonly durationMs: number;
}

export function runCommand(cwd: string, command: readonly string[]): Promise<Finished> {
  const started = performance.now();
  const child = spawn(command[0]!, command.slice(1), { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  return new Promise((resolve) => {
    const end = (code: number): void => resolve({ code, output: chunks.join(''), durationMs: performance.now() - started });
    child.once('error', (error) => (chunks.push(String(error)), end(1)));
    child.once('close', (code) => end(code ?? 1));
  });
}
