// HAProxy's workers as the balancer drives them: what each has, and changes sent to all of them.
//
// After a reload the old workers go on with their open connections, and a client may send its next request on one. So a target
// that is withdrawn is withdrawn there, too, and a new one is added there as well.
import { bothMaps, failureIn, mapLineCommands } from '#core/balancer/commands.ts';
import type { MapEntry } from '#core/balancer/input.ts';
import type { ServerStat } from '#core/balancer/target-health.ts';
import type { HaproxyProcess } from './haproxy-process.ts';
import { MAX_COMMAND_BYTES, type Worker } from './master-socket.ts';
import { parseStat } from './stat.ts';

export type Servers = Map<string, Map<string, ServerStat>>;

export interface WorkerView extends Worker {
  readonly servers: Servers;
}

/** Reads what every worker has now. The current one comes first. Rejects when the master or the current worker does not answer. */
export async function loadWorkers(haproxy: HaproxyProcess): Promise<WorkerView[]> {
  const workers = await haproxy.workers();
  const views = await Promise.all(
    workers.map(async (worker) => {
      const stat = haproxy.master.send(`@!${worker.pid} show stat -1 4 -1`);
      // A worker on its way out may end between the two questions.
      const text = await (worker.current ? stat : stat.catch(() => ''));
      // Killed in the middle of its answer it would seem to lack servers that it comes back with.
      if (worker.current && !(text.startsWith('# ') && text.endsWith('\n\n'))) throw new Error(`HAProxy's worker ${worker.pid} did not answer in full`);
      return { ...worker, servers: parseStat(text) };
    }),
  );
  return views.sort((a, b) => Number(b.current) - Number(a.current));
}

/** One exchange with a worker. Resolves with its complaint, or undefined. */
export async function apply(haproxy: HaproxyProcess, pid: number, commands: readonly string[]): Promise<string | undefined> {
  if (commands.length === 0) return undefined;
  return failureIn(await haproxy.master.send(commands.map((command) => `@!${pid} ${command}`).join('; ')));
}

/** The identity of the configuration that a worker runs. */
export async function identityOfWorker(haproxy: HaproxyProcess, pid: number): Promise<string | undefined> {
  const text = await haproxy.master.send(`@!${pid} show info`);
  return /^[Dd]escription: (\S+)/m.exec(text)?.[1];
}

/**
 * Changes maps in a worker, each at one stroke. The maps of a listener refer to each other, so weights get the new lines first
 * and lose the old ones last.
 * @param before undefined when it is not known what the worker has
 */
export async function applyMaps(haproxy: HaproxyProcess, pid: number, before: ReadonlyMap<string, readonly MapEntry[]> | undefined, after: ReadonlyMap<string, readonly MapEntry[]>): Promise<void> {
  const changed = [...after].filter(([name, entries]) => !sameEntries(before?.get(name), entries));
  const isReferred = (name: string): boolean => /-(weights|sticky|durations)$/.test(name);
  const referred = changed.filter(([name]) => isReferred(name));
  for (const [name, entries] of referred) await replaceMap(haproxy, pid, name, bothMaps(before?.get(name) ?? [], entries));
  for (const [name, entries] of changed) if (!isReferred(name)) await replaceMap(haproxy, pid, name, entries);
  for (const [name, entries] of referred) if (before?.get(name) !== undefined) await replaceMap(haproxy, pid, name, entries);
}

async function replaceMap(haproxy: HaproxyProcess, pid: number, name: string, entries: readonly MapEntry[]): Promise<void> {
  const file = `maps/${name}`;
  const prepared = await haproxy.master.send(`@!${pid} prepare map ${file}`);
  const version = /New version created: (\d+)/.exec(prepared)?.[1];
  if (version === undefined) throw new Error(`map ${name}: ${failureIn(prepared) ?? 'no answer'}`);
  for (const command of mapLineCommands(file, version, entries, MAX_COMMAND_BYTES)) {
    const complaint = failureIn(await haproxy.master.send(`@!${pid} ${command}`));
    if (complaint !== undefined) throw new Error(`map ${name}: ${complaint}`);
  }
  const complaint = failureIn(await haproxy.master.send(`@!${pid} commit map @${version} ${file}`));
  if (complaint !== undefined) throw new Error(`map ${name}: ${complaint}`);
}

function sameEntries(a: readonly MapEntry[] | undefined, b: readonly MapEntry[]): boolean {
  return a !== undefined && a.length === b.length && a.every(([key, value], at) => key === b[at]![0] && value === b[at]![1]);
}
