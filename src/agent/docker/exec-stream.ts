// One command's hijacked stream as an ExecProcess: raw with a terminal, else frames that tell stdout from stderr.
import type { Socket } from 'node:net';
import type { Timer } from '#base/clock.ts';
import type { ExecProcess } from '../runtime.ts';
import { openDemultiplexer } from './demultiplexer.ts';

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

export interface ExecCalls {
  exitCode(): Promise<number | undefined>;
  resize(size: TerminalSize): Promise<void>;
  /** Calls once when its process has gone, unless cancelled; never when it cannot be seen from here. */
  watch(gone: () => void): Timer;
}

/** Nothing comes before `begin`. */
export function openExecStream(id: string, tty: boolean, { socket, head }: { readonly socket: Socket; readonly head: Buffer }, calls: ExecCalls): ExecProcess {
  const demultiplex = openDemultiplexer((stream, data) => opened.onOutput(stream, data));
  const take = (data: Buffer): void => (tty ? opened.onOutput('stdout', data) : demultiplex(data));
  let over = false;
  // Two seconds after the command's end its last output is thrown away, read or not: what is left then (a megabyte or two) is taken at once,
  // whoever has to wait.
  let gone = false;
  let watched: Timer | undefined;
  // What is typed after a new size must find it: while the engine is told, input waits.
  let waiting: (() => void)[] | undefined;
  let wanted: TerminalSize | undefined;
  const resize = async (): Promise<void> => {
    waiting = [];
    for (let size = wanted; size !== undefined; size = wanted) {
      wanted = undefined;
      await calls.resize(size);
    }
    const acts = waiting;
    waiting = undefined;
    for (const act of acts) act();
    if (acts.length > 0 && !socket.writableNeedDrain) opened.onDrain();
  };
  const opened: ExecProcess = {
    id,
    onOutput: () => {},
    onEnd: () => {},
    onDrain: () => {},
    begin() {
      if (head.length > 0) take(head);
      socket.on('data', take);
      socket.on('end', ended);
      socket.on('close', ended);
    },
    write(data) {
      if (socket.destroyed || socket.writableEnded) return true;
      if (waiting === undefined) return socket.write(data);
      waiting.push(() => void socket.write(data));
      return false;
    },
    endInput() {
      if (waiting === undefined) socket.end();
      else waiting.push(() => void socket.end());
    },
    pause() {
      if (gone) return;
      socket.pause();
      watched ??= calls.watch(() => {
        gone = true;
        socket.resume();
      });
    },
    resume() {
      watched?.cancel();
      watched = undefined;
      socket.resume();
    },
    resize(size) {
      wanted = size;
      if (waiting === undefined) void resize();
    },
    detach() {
      watched?.cancel();
      socket.destroy();
    },
  };
  const ended = (): void => {
    if (over) return;
    over = true;
    void calls.exitCode().then((code) => opened.onEnd(code));
  };
  socket.on('drain', () => opened.onDrain());
  // What follows is close.
  socket.on('error', () => {});
  return opened;
}
