// Instance drivers of this control plane: which one, where it keeps its machines, and how their agents reach the control plane.
import type { Server } from 'node:http';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { systemClock } from '#base/system/clock.ts';
import type { Logger } from '#base/logger.ts';
import { commandDriver } from '#instances/command/driver.ts';
import { DriverRefusal, type InstanceDriver } from '#instances/driver.ts';
import { openInstanceKeeper, type Keeper } from '#instances/keeper.ts';
import { localDriver } from '#instances/local/driver.ts';
import { GATEWAY } from '#instances/local/network.ts';
import type { AgentReach } from '#instances/machine-spec.ts';
import { noDriver } from '#instances/none.ts';
import type { Random } from '#base/random.ts';
import type { Store } from '#store/store.ts';
import { issueInstanceToken } from './instance-token.ts';

export interface InstanceParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly dataDir: string;
  /** `local`, `none`, or the path of a command (docs/operating/capacity.md). */
  readonly driver: string;
  /** The one that answers agents. */
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  readonly random: Random;
  /** Where other machines are served; absent: nowhere. */
  readonly tls?: { readonly url: string; readonly fingerprint: string } | undefined;
}

const ENTRY = join(import.meta.dirname, '../main.ts');

export interface Instances {
  close(): Promise<void>;
}

/** Follows the EC2 instances of the store. */
export function openInstances(parts: InstanceParts): Instances {
  const door = openDoor(parts.server, parts.port);
  const keeper: Keeper = openInstanceKeeper({ ...parts, driver: chooseDriver(parts, door.open), reach: reachOf(parts) });
  return {
    async close() {
      await keeper.close();
      door.close();
    },
  };
}

/** Switches the local machines of a data directory off: `up` starts them again. The number there were. */
export async function stopInstances(dataDir: string): Promise<number> {
  const folder = join(dataDir, 'instances');
  if (!existsSync(folder)) return 0;
  const driver = localDriver({ folder, entry: ENTRY, port: 0, environment: machineEnvironment(), clock: systemClock, openAtGateway: () => Promise.resolve() });
  const running = (await driver.list()).filter((machine) => machine.state === 'up');
  await Promise.all(running.map(({ id }) => driver.stop(id, 'keep')));
  return running.length;
}

/** Local machines reach the loopback address by their own means and sign with the instance's key; others join over TLS. */
function reachOf({ driver, url, tls, store, random, clock }: InstanceParts): AgentReach {
  if (driver === 'local' || driver === 'none') return () => ({ server: url });
  return (instance, cluster) => {
    if (tls === undefined) throw new DriverRefusal('Instances on other machines need a control plane that listens for them: ./longshore up --listen ADDRESS:4567');
    return { server: tls.url, token: issueInstanceToken(store, random, instance, cluster, tls.fingerprint, clock.now()) };
  };
}

/** Compiled code is shared with the agents of local machines: they start in half the time. */
function machineEnvironment(): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE: cache } = process.env;
  return { PATH, ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }) };
}

function chooseDriver({ driver, dataDir, clock, port }: InstanceParts, openAtGateway: () => Promise<void>): InstanceDriver {
  const folder = join(dataDir, 'instances');
  if (driver === 'local' && process.getuid?.() === 0) return localDriver({ folder, entry: ENTRY, port, environment: machineEnvironment(), clock, openAtGateway });
  if (driver === 'local') return noDriver('Local instances need root: they are namespaces and control groups of this machine.');
  if (driver === 'none') return noDriver('This control plane was started with --instances none.');
  return commandDriver({ command: driver, folder });
}

/** The control plane listens on the loopback only; local machines come in by the address of their bridge, where no one else is. */
function openDoor(server: Server, port: number): { open: () => Promise<void>; close: () => void } {
  const door = createServer((socket) => void server.emit('connection', socket));
  let opened: Promise<void> | undefined;
  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      door.once('error', reject);
      door.listen(port, GATEWAY, () => {
        door.off('error', reject);
        resolve();
      });
    });
  return {
    open() {
      opened ??= listen().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return opened;
    },
    close: () => void door.close(),
  };
}
