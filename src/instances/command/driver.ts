// The `command` driver: a program of the operator's keeps the machines. Its contract, which docs/operating/capacity.md states:
//   COMMAND start        the machine as JSON on standard input; exit 0 when it runs or is starting, also when it did already
//   COMMAND stop ID      switches it off, keeping it; exit 0 also when it is not there
//   COMMAND terminate ID takes it away; exit 0 also when it is not there
//   COMMAND list         one line each: `ID up|off|dead`
// Exit 3 of start: this machine cannot be had; no use to try again. Standard error is the reason, whatever the exit code.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { DriverRefusal, type InstanceDriver, type MachineSpec, type MachineView } from '../driver.ts';
import { renderMachine } from './render-machine.ts';

export interface CommandDriverOptions {
  /** Path of the program. */
  readonly command: string;
  /** Its working directory; it may keep what it likes there. */
  readonly folder: string;
}

const REFUSED = 3;
const TIMEOUT_MS = 300_000;
const STDERR_MAX = 1_000;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function commandDriver({ command, folder }: CommandDriverOptions): InstanceDriver {
  const call = async (args: readonly string[], input = ''): Promise<Ended> => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return runToEnd(resolve(command), args, resolve(folder), input);
  };
  const must = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await call(args);
    if (code !== 0) throw new Error(`${args.join(' ')} exited with ${code}: ${stderr}`);
    return stdout;
  };
  return {
    name: 'command',
    async start(spec: MachineSpec) {
      const { code, stderr } = await call(['start'], JSON.stringify(renderMachine(spec)));
      if (code === REFUSED) throw new DriverRefusal(stderr || 'the instance command refused the machine');
      if (code !== 0) throw new Error(`start exited with ${code}: ${stderr}`);
    },
    async stop(id, how) {
      await must(how === 'keep' ? 'stop' : 'terminate', id);
    },
    async list() {
      return parseList(await must('list'));
    },
  };
}

/** Throws for a line that is no `ID up|off|dead`: a list that is half understood would end machines. */
export function parseList(text: string): MachineView[] {
  return text.split('\n').flatMap((line): MachineView[] => {
    if (line.trim() === '') return [];
    const [, id, state] = /^(i-[0-9a-f]+)\s+(up|off|dead)\s*$/.exec(line) ?? [];
    if (id === undefined || state === undefined) throw new Error(`the instance command's list has a line that is no 'ID up|off|dead': ${line.slice(0, 100)}`);
    return [{ id, state: state as MachineView['state'] }];
  });
}

function runToEnd(command: string, args: readonly string[], cwd: string, input: string): Promise<Ended> {
  return new Promise((done, reject) => {
    const child = spawn(command, [...args], { cwd, stdio: ['pipe', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_MAX)));
    child.once('error', reject);
    child.once('close', (code) => done({ code, stdout, stderr: stderr.trim() }));
    // A command that does not read its input is its own affair.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
