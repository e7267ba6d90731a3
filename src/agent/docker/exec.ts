// Commands inside running containers, over the Engine API's hijacked stream: raw with a terminal, else frames that tell stdout from stderr.
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { delay } from '#base/clock.ts';
import type { Clock } from '#base/clock.ts';
import { done, failed } from '../runtime.ts';
import type { ExecProcess, ExecSpec, Outcome, Runtime } from '../runtime.ts';
import { attempt, daemonError, statuses, trouble } from './answers.ts';
import type { EngineClient } from './engine-client.ts';
import { openDemultiplexer } from './demultiplexer.ts';

const CALL_TIMEOUT_MS = 30_000;
/** After the hang-up signal. */
const KILL_AFTER_MS = 1_000;
/** The engine closes the stream a little before it knows the exit code. */
const EXIT_LOOKS = 100;
const EXIT_LOOK_MS = 50;

/** The engine looks for these in what is typed and holds back what begins like them; it cannot be told not to. Its own choice is Control-P. */
const DETACH_KEYS = Array.from({ length: 16 }, () => 'ctrl-^').join(',');

interface EngineExec {
  readonly Running: boolean;
  readonly ExitCode: number | null;
  /** As the host sees it; 0 once it has ended. */
  readonly Pid: number;
  readonly ContainerID: string;
}

export function execVerbs(client: EngineClient, clock: Clock): Pick<Runtime, 'exec' | 'killExec'> {
  const look = (execId: string): Promise<Outcome<EngineExec | undefined>> => attempt(client, {
    request: { method: 'GET', path: `/exec/${execId}/json`, timeoutMs: CALL_TIMEOUT_MS },
    failure: 'CannotInspectContainerError',
    transition: 'inspecting',
    accept: ({ status, body }) => (status === 404 ? { value: undefined } : status === 200 ? { value: body as EngineExec } : undefined),
  });

  /** As soon as it runs or has ended: the engine answers a start before it has happened. */
  const begun = async (execId: string): Promise<Outcome<EngineExec | undefined>> => {
    for (let looks = 0; ; looks++) {
      const found = await look(execId);
      if (!found.ok || found.value === undefined || found.value.Pid > 0 || found.value.ExitCode !== null || looks >= EXIT_LOOKS) return found;
      await delay(clock, EXIT_LOOK_MS);
    }
  };

  const exitCodeOf = async (execId: string): Promise<number | undefined> => {
    for (let looks = 0; looks < EXIT_LOOKS; looks++) {
      const found = await look(execId);
      if (!found.ok || found.value === undefined) return undefined;
      if (!found.value.Running) return found.value.ExitCode ?? undefined;
      await delay(clock, EXIT_LOOK_MS);
    }
    return undefined;
  };

  /** A command that has not quite begun takes no size. */
  const resize = async (execId: string, { cols, rows }: TerminalSize): Promise<void> => {
    await begun(execId);
    await attempt(client, {
      request: { method: 'POST', path: `/exec/${execId}/resize`, query: { h: rows, w: cols }, timeoutMs: CALL_TIMEOUT_MS },
      failure: 'CannotInspectContainerError',
      transition: 'resized',
      accept: statuses(200, 201),
    });
  };

  return {
    async exec(id, spec) {
      const created = await attempt<string>(client, {
        request: { method: 'POST', path: `/containers/${id}/exec`, body: renderExec(spec), timeoutMs: CALL_TIMEOUT_MS },
        failure: 'CannotStartContainerError',
        transition: 'created',
        accept: ({ status, body }) => (status === 201 ? { value: (body as { Id: string }).Id } : undefined),
      });
      if (!created.ok) return created;
      const execId = created.value;
      try {
        const opened = await client.hijack({ method: 'POST', path: `/exec/${execId}/start`, body: { Detach: false, Tty: spec.tty } });
        if (!('socket' in opened)) return failed('CannotStartContainerError', daemonError(opened));
        return done(openProcess(execId, spec, opened, { exitCode: () => exitCodeOf(execId), resize: (size) => resize(execId, size) }));
      } catch (error) {
        return trouble(error, 'CannotStartContainerError', 'started');
      }
    },

    async killExec(execId) {
      const found = await begun(execId);
      if (!found.ok) return found;
      if (found.value === undefined || !found.value.Running || found.value.Pid === 0) return done(undefined);
      const { Pid, ContainerID } = found.value;
      for (const [signal, waitMs] of [['SIGHUP', KILL_AFTER_MS], ['SIGKILL', 0]] as const) {
        for (const pid of processesOf(Pid, ContainerID)) signalTo(pid, signal);
        if (waitMs > 0) await delay(clock, waitMs);
      }
      return done(undefined);
    },
  };
}

function renderExec(spec: ExecSpec): Record<string, unknown> {
  return { DetachKeys: DETACH_KEYS, AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: spec.tty, Cmd: spec.command, User: spec.user, Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`) };
}

interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

interface ExecCalls {
  exitCode(): Promise<number | undefined>;
  resize(size: TerminalSize): Promise<void>;
}

function openProcess(id: string, spec: ExecSpec, { socket, head }: { readonly socket: Socket; readonly head: Buffer }, calls: ExecCalls): ExecProcess {
  const demultiplex = openDemultiplexer((stream, data) => opened.onOutput(stream, data));
  const take = (data: Buffer): void => (spec.tty ? opened.onOutput('stdout', data) : demultiplex(data));
  let over = false;
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
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    resize(size) {
      wanted = size;
      if (waiting === undefined) void resize();
    },
    detach: () => void socket.destroy(),
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

/**
 * Every process of the session that `leader` began (a runtime makes each command the leader of one), of this container: a number that
 * came round again must not hit another's. None when the engine's processes are not to be seen from here.
 */
function processesOf(leader: number, containerId: string): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      // pid (name) state parent group session …; the name may hold anything.
      const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
      if ((pid === leader || session === leader) && readFileSync(`/proc/${name}/cgroup`, 'utf8').includes(containerId)) found.push(pid);
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
