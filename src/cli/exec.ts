// `exec`: a command in a running container, without AWS's CLI and plugin. A terminal is handed over as it is; with pipes, bytes go in and
// come out unchanged. Ends with the command's exit code.
import { parseArgs } from 'node:util';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { joinCommand } from '#core/exec/split-command.ts';
import { AgentApiError } from '#link/agent-api.ts';
import { openAwsJsonClient } from '#link/aws-json-client.ts';
import { openExecClient } from '#link/exec/exec-client.ts';
import { connectBinary } from '#link/exec/ws-binary-channel.ts';
import type { Credentials } from './credentials.ts';
import { OperatorError } from './local-platform.ts';

export interface ExecCommand {
  readonly credentials: Credentials;
  readonly args: readonly string[];
}

interface Session {
  readonly streamUrl: string;
  readonly tokenValue: string;
}

const OPERATION = 'AmazonEC2ContainerServiceV20141113.ExecuteCommand';
const USAGE = 'exec [--cluster C] --task T [--container C] [-- COMMAND…]';
/** When the session ended otherwise than by the command: as ssh says it. */
const LOST = 255;

/** Resolves with the command's exit code. */
export async function exec({ credentials, args }: ExecCommand): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { cluster: { type: 'string', default: 'default' }, task: { type: 'string' }, container: { type: 'string' } },
  });
  if (values.task === undefined) throw new OperatorError(USAGE);
  const command = positionals.length === 0 ? '/bin/sh' : joinCommand(positionals);
  const { cluster, task, container } = values;
  const session = await ask(credentials, { cluster, task, command, interactive: true, ...(container !== undefined && { container }) });
  return await converse(session);
}

async function ask(credentials: Credentials, input: object): Promise<Session> {
  const client = openAwsJsonClient({ endpoint: credentials.endpoint, credentials, region: credentials.region, clock: systemClock, userAgent: 'longshore-exec' });
  try {
    const { session } = await client.callAwsJson(OPERATION, input, 'ecs');
    return session as Session;
  } catch (error) {
    throw error instanceof AgentApiError ? new OperatorError(`${error.code}: ${error.message}`) : error;
  } finally {
    client.close();
  }
}

async function converse(session: Session): Promise<number> {
  const { stdin, stdout, stderr } = process;
  // Absent, not false, of what is no terminal.
  const tty = Boolean(stdin.isTTY && stdout.isTTY);
  const channel = await connectBinary(session.streamUrl);
  return await new Promise((resolve) => {
    const size = (): void => client.resize({ cols: stdout.columns, rows: stdout.rows });
    const write = (to: NodeJS.WriteStream, data: Uint8Array): void => {
      if (to.write(data)) return;
      client.hold();
      to.once('drain', () => client.release());
    };
    const client = openExecClient({
      channel,
      token: session.tokenValue,
      clock: systemClock,
      random: systemRandom,
      tty,
      onReady() {
        if (tty) {
          stdin.setRawMode(true);
          size();
          stdout.on('resize', size);
        }
        // The end may be told while the last bytes still wait: one after the other.
        let turn = Promise.resolve();
        stdin.on('data', (data: Buffer) => {
          stdin.pause();
          turn = turn.then(() => client.input(data)).then(() => void stdin.resume());
        });
        stdin.on('end', () => void turn.then(() => client.endInput()));
      },
      onOutput: (from, data) => write(from === 'stdout' ? stdout : stderr, data),
      onEnd({ exitCode, output }) {
        if (tty) stdin.setRawMode(false);
        stdout.off('resize', size);
        stdin.destroy();
        if (output !== '') stderr.write(`longshore exec: ${output}\n`);
        resolve(exitCode ?? LOST);
      },
    });
    for (const signal of ['SIGHUP', 'SIGTERM'] as const) process.once(signal, () => client.close());
  });
}
