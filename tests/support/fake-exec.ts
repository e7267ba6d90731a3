// Commands in the fake runtime's containers: a few words that tests know, on the virtual clock.
//
//   cat                 gives back what it gets; ends with 0 when its input ends
//   exit N              ends with N at once
//   say TEXT            prints the text, ends with 0
//   complain TEXT [N]   the same on standard error (with a terminal: on the terminal), ends with N
//   flood BYTES         prints so many bytes, as fast as they are taken
//   deaf                takes input and never reads it
//   sleep               does nothing until it is killed
import type { Clock } from '#base/clock.ts';
import type { ExecProcess, ExecSpec } from '#agent/runtime.ts';

export interface FakeExec {
  readonly process: ExecProcess;
  readonly spec: ExecSpec;
  readonly running: boolean;
  readonly killed: boolean;
  readonly size: { readonly cols: number; readonly rows: number } | undefined;
  kill(): void;
}

const CHUNK = 32 * 1024;

export function fakeExec(clock: Clock, id: string, spec: ExecSpec): FakeExec {
  const [word = '', argument = ''] = spec.command;
  let running = true;
  let killed = false;
  let size: FakeExec['size'];
  let paused = false;
  let toPrint = word === 'flood' ? Number(argument) : 0;

  const end = (exitCode: number): void => {
    if (!running) return;
    running = false;
    clock.after(1, () => process.onEnd(exitCode));
  };
  const flood = (): void => {
    if (paused || !running) return;
    if (toPrint === 0) return end(0);
    const part = Buffer.alloc(Math.min(CHUNK, toPrint), 'x');
    toPrint -= part.length;
    process.onOutput('stdout', part);
    clock.after(0, flood);
  };

  const process: ExecProcess = {
    id,
    onOutput: () => {},
    onEnd: () => {},
    onDrain: () => {},
    begin() {
      clock.after(0, () => {
        if (word === 'say') process.onOutput('stdout', Buffer.from(argument));
        if (word === 'complain') process.onOutput(spec.tty ? 'stdout' : 'stderr', Buffer.from(argument));
        if (word === 'exit') end(Number(argument));
        else if (word === 'flood') flood();
        else if (word === 'say' || word === 'complain') end(Number(spec.command[2] ?? 0));
        else if (!['cat', 'deaf', 'sleep'].includes(word)) {
          process.onOutput('stdout', Buffer.from(`OCI runtime exec failed: "${word}": executable file not found\n`));
          end(127);
        }
      });
    },
    write(data) {
      if (word === 'cat') process.onOutput('stdout', Buffer.from(data));
      return word !== 'deaf';
    },
    endInput() {
      if (word === 'cat') end(0);
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      if (word === 'flood') clock.after(0, flood);
    },
    resize(given) {
      size = given;
    },
    detach() {},
  };
  return {
    process,
    spec,
    get running() {
      return running;
    },
    get killed() {
      return killed;
    },
    get size() {
      return size;
    },
    kill() {
      if (!running) return;
      killed = true;
      end(137);
    },
  };
}
