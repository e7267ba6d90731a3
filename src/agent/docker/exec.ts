// Commands inside running containers: begun, looked at and killed over the Engine API; what they say is exec-stream.ts.
import { delay } from '#base/clock.ts';
import type { Clock, Timer } from '#base/clock.ts';
import { done, failed } from '../runtime.ts';
import type { ExecSpec, Outcome, Runtime } from '../runtime.ts';
import { attempt, daemonError, statuses, trouble } from './answers.ts';
import type { EngineClient } from './engine-client.ts';
import { openExecStream, type TerminalSize } from './exec-stream.ts';
import { isOf, processesOf, signal } from './exec-processes.ts';

const CALL_TIMEOUT_MS = 30_000;
/** After the hang-up signal. */
const KILL_AFTER_MS = 1_000;
/** The engine closes the stream a little before it knows the exit code. */
const EXIT_LOOKS = 100;
const EXIT_LOOK_MS = 50;
/** While output waits. */
const WATCH_MS = 250;
const UNSEEN_LOOKS = 4;

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

  /** Looks again a few times at what is not to be seen: it may just have ended, or be on another machine for all we know. */
  const watch = (execId: string, gone: () => void): Timer => {
    let timer: Timer | undefined;
    let cancelled = false;
    const later = (run: () => void): void => {
      if (!cancelled) timer = clock.after(WATCH_MS, run);
    };
    const follow = async (looks: number): Promise<void> => {
      const found = await begun(execId);
      if (cancelled || !found.ok || found.value === undefined) return;
      const { Pid, ContainerID, Running } = found.value;
      const look = (): void => (isOf(Pid, ContainerID) ? later(look) : gone());
      if (!Running) gone();
      else if (isOf(Pid, ContainerID)) later(look);
      else if (looks > 0) later(() => void follow(looks - 1));
    };
    // Most waits are short.
    later(() => void follow(UNSEEN_LOOKS));
    return {
      cancel() {
        cancelled = true;
        timer?.cancel();
      },
    };
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
        return done(openExecStream(execId, spec.tty, opened, { exitCode: () => exitCodeOf(execId), resize: (size) => resize(execId, size), watch: (ended) => watch(execId, ended) }));
      } catch (error) {
        return trouble(error, 'CannotStartContainerError', 'started');
      }
    },

    async killExec(execId) {
      const found = await begun(execId);
      if (!found.ok) return found;
      if (found.value === undefined || !found.value.Running || found.value.Pid === 0) return done(undefined);
      const { Pid, ContainerID } = found.value;
      for (const [name, waitMs] of [['SIGHUP', KILL_AFTER_MS], ['SIGKILL', 0]] as const) {
        for (const pid of processesOf(Pid, ContainerID)) signal(pid, name);
        if (waitMs > 0) await delay(clock, waitMs);
      }
      return done(undefined);
    },
  };
}

function renderExec(spec: ExecSpec): Record<string, unknown> {
  return { DetachKeys: DETACH_KEYS, AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: spec.tty, Cmd: spec.command, User: spec.user, Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`) };
}
