// The `local` driver: an instance is an agent and a dockerd on this very machine, in namespaces and control groups of the size of the
// instance type. Each has its own image store, address and network; the kernel is this host's, and user data is read, not run.
import { mkdirSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { delay, type Clock } from '#base/clock.ts';
import type { InstanceDriver, MachineSpec, MachineView } from '../driver.ts';
import { firstProcess, forgetMachine, isAlive, isOfThisBoot, isUnshared, loadMachine, startMachine, type MachineRecord } from './machine-process.ts';
import { connect, disconnect, ensureBridge, GATEWAY } from './network.ts';

export interface LocalDriverOptions {
  /** Below it each machine has a folder. */
  readonly folder: string;
  /** `src/main.ts`: the agent is started from it. */
  readonly entry: string;
  /** The control plane's port; it answers at GATEWAY, too. */
  readonly port: number;
  /** What the machine has of this process's environment: PATH, and where Node keeps compiled code. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Makes the control plane answer at GATEWAY too, once the bridge is there; idempotent. */
  readonly openAtGateway: () => Promise<void>;
}

const NAMESPACES_MS = 10_000;
const SHUTDOWN_MS = 15_000;
const GROUPS = '/sys/fs/cgroup';

export function localDriver({ folder: root, entry, port, environment, clock, openAtGateway }: LocalDriverOptions): InstanceDriver {
  const folderOf = (id: string): string => join(resolve(root), id);

  let opened = false;
  const ready = async (): Promise<void> => {
    await ensureBridge();
    await openAtGateway();
  };

  const start = async (spec: MachineSpec): Promise<void> => {
    await ready();
    const folder = folderOf(spec.id);
    const known = loadMachine(folder);
    const record = known !== undefined && isAlive(known) ? known : startMachine(folder, [spec.privateIpAddress, spec.underlayAddress], variables(spec, folder));
    await until(clock, NAMESPACES_MS, () => isUnshared(record) || !isAlive(record));
    if (!isUnshared(record)) throw new Error(`the machine ended at once; see ${folder}/machine.log`);
    await connect(spec.id, record, spec);
  };

  const variables = (spec: MachineSpec, folder: string): Record<string, string> => ({
    ...environment,
    ID: spec.id,
    FOLDER: folder,
    VCPUS: String(spec.vcpus),
    MEMORY_MIB: String(spec.memoryMiB),
    ADDRESS: spec.underlayAddress,
    GATEWAY,
    PORT: String(port),
    HOSTNAME_: `ip-${spec.privateIpAddress.replaceAll('.', '-')}`,
    NODE: process.execPath,
    ENTRY: entry,
    CLUSTER: spec.agent.cluster,
    AWS_ACCESS_KEY_ID: spec.agent.accessKeyId,
    AWS_SECRET_ACCESS_KEY: spec.agent.secretAccessKey,
    AWS_REGION: spec.region,
  });

  const stop = async (id: string, how: 'keep' | 'forget'): Promise<void> => {
    const folder = folderOf(id);
    const record = loadMachine(folder);
    if (record !== undefined) await end(record);
    if (record !== undefined) await disconnect(record.addresses);
    removeGroups(id);
    // Without its record it is off, and not found dead.
    forgetMachine(folder);
    if (how === 'forget') rmSync(folder, { recursive: true, force: true });
  };

  const end = async (record: MachineRecord): Promise<void> => {
    const first = isAlive(record) ? firstProcess(record) : undefined;
    if (first !== undefined) process.kill(first, 'SIGTERM');
    await until(clock, SHUTDOWN_MS, () => !isAlive(record));
    if (isAlive(record)) process.kill(record.pid, 'SIGKILL');
    await until(clock, SHUTDOWN_MS, () => !isAlive(record));
  };

  return {
    name: 'local',
    start,
    stop,
    async list() {
      mkdirSync(root, { recursive: true, mode: 0o700 });
      const ids = readdirSync(root).filter((name) => name.startsWith('i-'));
      // After a restart of the control plane its machines want to be answered again.
      if (!opened && ids.length > 0) await ready().then(() => (opened = true));
      return ids.map((id): MachineView => ({ id, state: stateOf(loadMachine(folderOf(id))) }));
    },
  };
}

/** A folder without a record is a start that did not get far. */
function stateOf(record: MachineRecord | undefined): MachineView['state'] {
  if (record === undefined || !isOfThisBoot(record)) return 'off';
  return isAlive(record) ? 'up' : 'dead';
}

async function until(clock: Clock, timeoutMs: number, fact: () => boolean): Promise<void> {
  const deadline = clock.now() + timeoutMs;
  while (!fact() && clock.now() < deadline) await delay(clock, 20);
}

/** The machine's control groups, in every hierarchy; those that a dying process still holds are left for the next time. */
function removeGroups(id: string): void {
  const folders = [join(GROUPS, 'longshore-instances', id), ...subfolders(GROUPS).map((hierarchy) => join(hierarchy, 'longshore-instances', id))];
  for (const folder of folders) removeTree(folder);
}

function removeTree(folder: string): void {
  for (const below of subfolders(folder)) removeTree(below);
  try {
    rmdirSync(folder);
  } catch {
    // Not there, or still in use.
  }
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}
