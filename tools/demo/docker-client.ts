// The docker client as a user would call it, with a login of its own so that the user's ~/.docker stays as it is.
import { spawn } from 'node:child_process';

export type DockerClient = (args: readonly string[], input?: string) => Promise<string>;

/** Every call gives what was printed, and rejects with the end of it when docker fails. */
export function dockerClient(configDir: string): DockerClient {
  return (args, input) =>
    new Promise((resolve, reject) => {
      const child = spawn('docker', ['--config', configDir, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
      const printed: string[] = [];
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => printed.push(chunk));
      child.once('error', reject);
      child.once('close', (code) => {
        const output = printed.join('').trim();
        if (code === 0) resolve(output);
        else reject(new Error(`docker ${args.join(' ')}\n${output.split('\n').slice(-12).join('\n')}`));
      });
      child.stdin.end(input ?? '');
    });
}
