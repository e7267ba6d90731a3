// A server of one word inside a container, and its client.
import { connect } from 'node:net';
import { waitFor } from '#tests/support/wait-for.ts';
import { shell } from './agent-world.ts';

/** The command: answers every connection with the word, and ends at SIGTERM. */
export function wordServer(port: number, word: string, protocol = ''): string[] {
  return shell(`trap "exit 0" TERM; while :; do echo ${word} | nc ${protocol} -l -p ${port} & wait $!; done`);
}

/** Asks until there is an answer. */
export function ask(host: string, port: number): Promise<string> {
  return waitFor(`an answer from ${host}:${port}`, () => new Promise<string>((resolve, reject) => {
    const socket = connect({ host, port, timeout: 2000 });
    let text = '';
    socket.setEncoding('utf8').on('data', (data) => (text += data));
    socket.on('close', () => (text === '' ? reject(new Error('nothing')) : resolve(text.trim()))).on('error', reject);
  }));
}
