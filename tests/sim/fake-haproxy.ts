// HAProxy as the balancer sees it: a master with workers, a socket that takes its commands, and a configuration on disk that a
// restart comes back with. It may be killed at any moment, also between a command and its answer.
import { delay, type Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import type { ConfigFolder } from '#balancer/config-folder.ts';
import type { HaproxyProcess } from '#balancer/haproxy-process.ts';
import { isOpenServer } from '#core/balancer/names.ts';

export interface FakeServer {
  readonly backend: string;
  readonly name: string;
  status: 'UP' | 'DOWN' | 'MAINT';
  /** The last of its requests is answered then. */
  busyUntil: number;
}

interface FakeWorker {
  readonly pid: number;
  readonly identity: string;
  readonly servers: Map<string, FakeServer>;
  /** Finishes its last connections until then; undefined for the one that takes new ones. */
  endsAt: number | undefined;
}

export interface BalancerMood {
  /** Chance, each time it is checked, that a healthy target fails. */
  readonly sickness: number;
  readonly slowestMs: number;
  /** Tasks that no request reaches. */
  readonly isUnreachable?: (taskArn: string | undefined) => boolean;
}

export interface FakeHaproxy {
  readonly files: ConfigFolder;
  readonly haproxy: HaproxyProcess;
  /** kill -9 of all of it: it is back within a second, with what is on disk. */
  kill(): void;
  /** Health checks of a moment, and the end of workers that have no connection left. */
  tick(isUnreachable: (server: FakeServer) => boolean): void;
  /** Who may get a request now, in any worker. */
  inRotation(): FakeServer[];
  /** Whose requests are not all answered, in any worker. */
  busy(): FakeServer[];
  /** Servers whose requests were cut off. */
  readonly cut: readonly FakeServer[];
  /** Of the worker that takes new connections; undefined while there is none. */
  current(): ReadonlyMap<string, FakeServer> | undefined;
}

/** Between the two halves of an exchange. */
const TRAVEL_MS = 3;
const CHECK_MS = 250;

interface Written {
  readonly identity: string;
  readonly servers: readonly (readonly [backend: string, name: string])[];
}

export function fakeHaproxy(clock: Clock, random: Random, mood: () => BalancerMood): FakeHaproxy {
  const disk = new Map<string, Written>();
  const cut: FakeServer[] = [];
  let selected: string | undefined;
  let workers: FakeWorker[] = [];
  let isStarted = false;
  let nextPid = 1;
  let life = 0;

  const spawn = (): void => {
    const config = disk.get(selected ?? '');
    if (config === undefined) return;
    for (const worker of workers) worker.endsAt ??= clock.now() + random.next() * mood().slowestMs;
    const servers = new Map(config.servers.map(([backend, name]) => [`${backend}/${name}`, { backend, name, status: 'UP', busyUntil: 0 } satisfies FakeServer as FakeServer]));
    workers.unshift({ pid: nextPid++, identity: config.identity, servers, endsAt: undefined });
  };
  const travel = (): Promise<void> => delay(clock, random.next() * TRAVEL_MS);
  const exchange = async <T>(act: () => T): Promise<T> => {
    const own = life;
    await travel();
    if (workers.length === 0 || own !== life) throw new Error('connect ECONNREFUSED master.sock');
    const answer = act();
    await travel();
    if (own !== life) throw new Error('HAProxy does not answer on its socket');
    return answer;
  };
  const show = (): string => `${workers.filter((one) => one.endsAt === undefined).map((one) => `${one.pid} worker`).join('\n')}\n# old workers\n${workers.filter((one) => one.endsAt !== undefined).map((one) => `${one.pid} worker`).join('\n')}\n`;
  const workerOf = (pid: number): FakeWorker | undefined => workers.find((one) => one.pid === pid);

  const run = (line: string): string => {
    const [, pid, command = ''] = /^@!(\d+) ([\s\S]*)$/.exec(line) ?? [];
    const worker = workerOf(Number(pid));
    if (worker === undefined) return `Can't find the target PID\n`;
    return runInWorker(worker, command, clock.now(), cut, () => clock.now() + random.next() * mood().slowestMs);
  };

  return {
    files: {
      write(identity, rendered, servers) {
        const backends = rendered.structure.split('\n').filter((line) => line.startsWith('@servers ')).map((line) => line.slice('@servers '.length));
        disk.set(identity, { identity, servers: backends.flatMap((backend) => servers(backend).map((line): [string, string] => [backend, line.split(' ')[1]!])) });
        return identity;
      },
      select: (identity) => void (selected = identity),
      selected: () => '',
      saveStates() {},
    },
    haproxy: {
      master: { send: (command) => exchange(() => command.split('; ').map(run).join('')) },
      workers: () => exchange(() => parseShown(show())),
      isStarted: () => isStarted,
      async start() {
        await travel();
        isStarted = true;
        if (workers.length === 0) spawn();
      },
      refuse: async () => undefined,
      reload: () => exchange(spawn),
    },
    kill() {
      if (!isStarted || workers.length === 0) return;
      workers = [];
      life += 1;
      const own = life;
      clock.after(100 + random.next() * 800, () => {
        if (own === life && workers.length === 0) spawn();
      });
    },
    tick(isUnreachable) {
      const now = clock.now();
      workers = workers.filter((worker) => worker.endsAt === undefined || worker.endsAt > now);
      const { sickness, slowestMs } = mood();
      for (const worker of workers) {
        for (const server of worker.servers.values()) {
          const chance = random.next();
          if (server.status === 'MAINT' || isOpenServer(server.name) || worker.endsAt !== undefined) continue;
          if (isUnreachable(server)) server.status = 'DOWN';
          else if (server.status === 'UP' ? chance < sickness : chance < (2 * CHECK_MS) / slowestMs) server.status = server.status === 'UP' ? 'DOWN' : 'UP';
        }
      }
    },
    inRotation: () => workers.flatMap((worker) => [...worker.servers.values()].filter((server) => server.status === 'UP')),
    cut,
    busy: () => workers.flatMap((worker) => [...worker.servers.values()].filter((server) => server.busyUntil > clock.now())),
    current: () => workers.find((worker) => worker.endsAt === undefined)?.servers,
  };
}

function parseShown(text: string): { readonly pid: number; readonly current: boolean }[] {
  const [now = '', before = ''] = text.split('# old workers');
  const pids = (part: string): number[] => part.split('\n').filter((line) => line.endsWith('worker')).map((line) => Number(line.split(' ')[0]));
  return [...pids(now).map((pid) => ({ pid, current: true })), ...pids(before).map((pid) => ({ pid, current: false }))];
}

function runInWorker(worker: FakeWorker, command: string, now: number, cut: FakeServer[], endOfRequests: () => number): string {
  if (command.startsWith('show stat')) return statOf(worker, now);
  if (command.startsWith('show info')) return `Description: ${worker.identity}\n`;
  if (command.startsWith('show servers')) return '1\n';
  if (command.startsWith('prepare map')) return 'New version created: 1\n';
  if (/^(add|commit) map/.test(command)) return '';
  const [, verb, path = '', rest = ''] = /^(add server|set server|del server|enable health|shutdown sessions server) (\S+) ?([\s\S]*)$/.exec(command) ?? [];
  const server = worker.servers.get(path);
  if (verb === 'add server') return server === undefined ? addServer(worker, path) : 'Already exists a server with the same name in backend.\n';
  if (server === undefined) return 'No such server.\n';
  if (verb === 'shutdown sessions server') {
    if (server.busyUntil > now) cut.push({ ...server });
    server.busyUntil = 0;
  }
  if (verb === 'set server') changeServer(server, rest, endOfRequests);
  if (verb === 'del server') {
    if (server.status !== 'MAINT') return 'Only servers in maintenance mode can be deleted.\n';
    worker.servers.delete(path);
    return 'Server deleted.\n';
  }
  return '';
}

function addServer(worker: FakeWorker, path: string): string {
  const slash = path.indexOf('/');
  worker.servers.set(path, { backend: path.slice(0, slash), name: path.slice(slash + 1), status: 'MAINT', busyUntil: 0 });
  return 'New server registered.\n';
}

function changeServer(server: FakeServer, what: string, endOfRequests: () => number): void {
  if (what === 'state maint') {
    if (server.status === 'UP') server.busyUntil = endOfRequests();
    server.status = 'MAINT';
  } else if (what === 'state ready') server.status = 'UP';
  else if (server.status !== 'MAINT') server.status = what === 'health up' ? 'UP' : 'DOWN';
}

function statOf(worker: FakeWorker, now: number): string {
  const lines = [...worker.servers.values()].map((server) => `${server.backend},${server.name},0,${server.busyUntil > now ? 1 : 0},${server.status},L7OK,200`);
  return `# pxname,svname,qcur,scur,status,check_status,check_code\n${lines.join('\n')}\n\n`;
}
