// HAProxy's master socket: one connection per exchange, answered as text. Through it every worker is reached, those too that only
// finish their last connections after a reload.
import { connect } from 'node:net';

/** HAProxy reads a command into a buffer of 16 kB. */
export const MAX_COMMAND_BYTES = 12_000;

const TIMEOUT_MS = 5_000;

export interface MasterSocket {
  /** Sends one line (several commands joined by `; `) and resolves with all that comes back. Rejects when nobody answers. */
  send(command: string): Promise<string>;
}

export function masterSocket(path: string): MasterSocket {
  return {
    send: (command) =>
      new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        const socket = connect({ path, allowHalfOpen: true });
        socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('HAProxy does not answer on its socket')));
        socket.on('connect', () => socket.end(`${command}\n`));
        socket.on('data', (chunk: Buffer) => chunks.push(chunk));
        socket.on('error', reject);
        socket.on('end', () => resolve(Buffer.concat(chunks).toString()));
      }),
  };
}

export interface Worker {
  readonly pid: number;
  /** False for one that a reload has replaced and that still has connections. */
  readonly current: boolean;
}

/** Reads `show proc` of the master. */
export function parseProcesses(text: string): Worker[] {
  const workers: Worker[] = [];
  let current = true;
  for (const line of text.split('\n')) {
    if (line.startsWith('# old workers')) current = false;
    const [pid, type] = line.trim().split(/\s+/);
    if (type === 'worker') workers.push({ pid: Number(pid), current });
  }
  return workers;
}
