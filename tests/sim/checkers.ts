// What must hold in every run, whatever goes wrong. A checker never repairs and never looks away: it says what it saw.
import { containerInstances } from '#model/container-instance.ts';
import { networkInterfaces } from '#model/network.ts';
import type { NetworkInterface } from '#model/network.ts';
import { tasks } from '#model/task.ts';
import type { Task } from '#model/task.ts';
import { TASK_STATUSES } from '#model/task-status.ts';
import type { TaskStatus } from '#model/task-status.ts';
import { LABELS, PAUSE_CONTAINER } from '#agent/spec/names.ts';
import type { MemoryDisk } from '#store/journal/memory-journal.ts';
import type { Commit, Reader } from '#store/store.ts';
import type { HostProcess } from './host-process.ts';
import { healthAt } from './images.ts';
import type { Scenario } from './scenario.ts';

export interface Started {
  readonly host: string;
  readonly taskArn: string;
  readonly container: string;
  readonly id: string;
}

export interface Checkers {
  readonly violations: readonly string[];
  violate(what: string): void;
  onCommit(commit: Commit, reader: Reader): void;
  onStart(started: Started, reader: Reader | undefined): void;
  /** Somebody was told these tasks' statuses, or that they exist. Answers may overtake one another on their way. */
  onTold(told: readonly { readonly taskArn: string; readonly lastStatus: TaskStatus }[], reader: Reader | undefined): void;
  /** An agent's report was acknowledged. */
  onReported(taskArn: string, status: string, reader: Reader): void;
  /** The control plane has come back from its disk. */
  onRestart(reader: Reader): void;
  /** Why the world is not at rest yet; undefined when it is. */
  unsettled(reader: Reader, hosts: readonly HostProcess[], now: number): string | undefined;
  /** At rest: nothing leaked, nothing lost, nothing made that nobody was told of. */
  atRest(reader: Reader): void;
}

const rank = (status: TaskStatus): number => TASK_STATUSES.indexOf(status);
const short = (arn: string): string => arn.slice(-6);

export function openCheckers(scenario: Scenario, disk: MemoryDisk, note: (what: string) => void): Checkers {
  const violations: string[] = [];
  const told = new Map<string, TaskStatus>();
  const starts = new Map<string, Started>();
  const violate = (what: string): void => {
    note(`VIOLATION ${what}`);
    violations.push(what);
  };
  /** The control plane may give a task up while its host still runs it: then its end is not the containers'. */
  const givesUpHosts = scenario.hostLossMs !== undefined || scenario.hostsLost > 0;

  const checkForward = (before: Task, after: Task): void => {
    // The scheduler's note that it counted a failure, and protection, are nothing that DescribeTasks shows.
    const unseen = (after.failureNoted === true && before.failureNoted === undefined) || after.protectedUntil !== before.protectedUntil;
    const name = `task ${short(after.arn)}`;
    if (rank(after.lastStatus) < rank(before.lastStatus)) violate(`${name} went back from ${before.lastStatus} to ${after.lastStatus}`);
    if (before.lastStatus === 'STOPPED' && !unseen) violate(`${name} changed after it had stopped`);
    if (before.desiredStatus === 'STOPPED' && after.desiredStatus === 'RUNNING') violate(`${name} is wanted again after a stop`);
    if (after.version <= before.version && !unseen) violate(`${name} changed without a new version`);
    if (before.startedAt !== undefined && after.startedAt !== before.startedAt) violate(`${name} started twice by its row`);
    for (const container of before.containers) {
      const next = after.containers.find((c) => c.name === container.name);
      if (container.lastStatus === 'STOPPED' && (next?.lastStatus !== 'STOPPED' || next.exitCode !== container.exitCode)) violate(`${name}: container ${container.name} came back`);
    }
  };

  const checkCapacity = (reader: Reader, hostArn: string): void => {
    const host = reader.get(containerInstances, hostArn);
    if (host === undefined) return;
    const left = { cpu: host.resources.cpu, memoryMiB: host.resources.memoryMiB };
    const ports = new Set(host.resources.reservedTcpPorts);
    for (const task of reader.by(tasks, 'host', hostArn)) {
      left.cpu -= task.reserved.cpu;
      left.memoryMiB -= task.reserved.memoryMiB;
      for (const port of task.reserved.tcpPorts) {
        if (ports.has(port)) violate(`host ${short(hostArn)}: port ${port} given twice`);
        ports.add(port);
      }
    }
    if (left.cpu < 0 || left.memoryMiB < 0) violate(`host ${short(hostArn)}: over capacity by ${-left.cpu} CPU, ${-left.memoryMiB} MiB`);
  };

  const durable = (taskArn: string): boolean => {
    for (const write of disk.tables.get('tasks')?.values() ?? []) if (write.key === taskArn) return true;
    return false;
  };

  const checkInterfaces = (reader: Reader): void => {
    const owners = new Map<string, NetworkInterface>();
    for (const eni of reader.all(networkInterfaces)) if (eni.taskArn !== undefined) owners.set(eni.taskArn, eni);
    for (const task of reader.all(tasks)) {
      if (task.lastStatus === 'STOPPED' || task.attachments.length === 0) continue;
      if (owners.get(task.arn)?.id !== task.attachments[0]?.networkInterfaceId) violate(`task ${short(task.arn)} has lost its interface`);
      owners.delete(task.arn);
    }
    for (const [arn, eni] of owners) violate(`interface ${eni.id} of task ${short(arn)} leaked`);
  };

  const checkTold = (reader: Reader, arn: string, status: TaskStatus): void => {
    const task = reader.get(tasks, arn);
    if (task === undefined) violate(`task ${short(arn)} was acknowledged and is lost`);
    else if (rank(task.lastStatus) < rank(status)) violate(`task ${short(arn)} was told to be ${status} and is ${task.lastStatus}`);
  };

  return {
    violations,
    violate,
    onCommit({ changes }, reader) {
      const hosts = new Set<string>();
      for (const { table, before, after } of changes) {
        if (table.name === tasks.name) {
          const [was, is] = [before as Task | undefined, after as Task | undefined];
          if (was !== undefined && is !== undefined) checkForward(was, is);
          if (was !== undefined && is === undefined && was.lastStatus !== 'STOPPED') violate(`task ${short(was.arn)} vanished while ${was.lastStatus}`);
          if (was === undefined && is?.hostArn !== undefined) hosts.add(is.hostArn);
        } else if (table.name === networkInterfaces.name && after !== undefined) {
          const eni = after as NetworkInterface;
          if (reader.count(networkInterfaces, 'address', `${eni.vpcId}/${eni.privateIpAddress}`) > 1) violate(`address ${eni.privateIpAddress} given twice`);
        }
      }
      for (const host of hosts) checkCapacity(reader, host);
    },

    onStart(started, reader) {
      if (started.container === PAUSE_CONTAINER) return;
      const key = `${started.taskArn} ${started.container}`;
      const earlier = starts.get(key);
      if (earlier !== undefined) violate(`container ${started.container} of task ${short(started.taskArn)} was started on ${started.host} after ${earlier.host}`);
      starts.set(key, started);
      if (!durable(started.taskArn)) violate(`task ${short(started.taskArn)} was started before it was durable`);
      if (givesUpHosts) return;
      if (reader?.get(tasks, started.taskArn)?.lastStatus === 'STOPPED') violate(`task ${short(started.taskArn)} was started after its end`);
    },

    onTold(list, reader) {
      for (const { taskArn, lastStatus } of list) {
        const before = told.get(taskArn);
        if (before === undefined || rank(before) < rank(lastStatus)) told.set(taskArn, lastStatus);
        if (reader !== undefined) checkTold(reader, taskArn, lastStatus);
      }
    },

    onReported(taskArn, status, reader) {
      const task = reader.get(tasks, taskArn);
      if (task === undefined) return;
      const wanted = status === 'STOPPED' ? 'DEPROVISIONING' : (status as TaskStatus);
      if (rank(wanted) >= 0 && rank(task.lastStatus) < rank(wanted)) violate(`task ${short(taskArn)} is ${task.lastStatus} although ${status} was acknowledged`);
    },

    onRestart(reader) {
      for (const [arn, status] of told) checkTold(reader, arn, status);
    },

    unsettled(reader, hosts, now) {
      for (const task of reader.all(tasks)) {
        if (task.desiredStatus !== task.lastStatus) return `task ${short(task.arn)} is ${task.lastStatus}, should be ${task.desiredStatus}`;
        if (task.lastStatus !== 'RUNNING' || !task.containers.some((c) => c.hasHealthCheck)) continue;
        const health = healthAt(now - (task.startedAt ?? now));
        if (health !== undefined && task.healthStatus !== health) return `task ${short(task.arn)} is ${task.healthStatus}, should be ${health}`;
      }
      for (const host of hosts) {
        if (host.lost || host.away === true) continue;
        if (host.agent === undefined || !host.agent.connected) return `${host.name} is not connected`;
        if (host.agent.pendingReports > 0) return `${host.name} has reports to send`;
        for (const what of host.interfaces?.violations ?? []) violate(`${host.name}: ${what}`);
        for (const name of host.interfaces?.namespaces ?? []) {
          if (![...host.agent.tasks.values()].some(({ context }) => context.namespace === name)) return `${host.name} keeps namespace ${name}`;
        }
        const running = new Map<string, string[]>();
        for (const box of host.runtime.containers) {
          const arn = box.spec.labels[LABELS.taskArn] ?? '';
          const task = reader.get(tasks, arn);
          if (box.state !== 'running') {
            if (task === undefined || task.lastStatus === 'STOPPED') return `${host.name} keeps a dead container of task ${short(arn)}`;
            continue;
          }
          if (task?.lastStatus !== 'RUNNING' || task.hostArn !== host.agent.containerInstanceArn) return `${host.name} runs a container of task ${short(arn)}, which is ${task?.lastStatus ?? 'unknown'}`;
          running.set(arn, [...(running.get(arn) ?? []), box.spec.labels[LABELS.containerName] ?? '']);
        }
        for (const task of reader.by(tasks, 'host', host.agent.containerInstanceArn ?? '')) {
          if (task.lastStatus !== 'RUNNING') continue;
          const missing = task.containers.find((c) => c.essential && !running.get(task.arn)?.includes(c.name));
          if (missing !== undefined) return `container ${missing.name} of RUNNING task ${short(task.arn)} does not run on ${host.name}`;
        }
      }
      return undefined;
    },

    atRest(reader) {
      checkInterfaces(reader);
      for (const host of reader.all(containerInstances)) checkCapacity(reader, host.arn);
      for (const arn of told.keys()) if (reader.get(tasks, arn) === undefined) violate(`task ${short(arn)} was acknowledged and is lost`);
      for (const task of reader.all(tasks)) if (task.serviceName === undefined && !told.has(task.arn)) violate(`task ${short(task.arn)} was made, but nobody was told`);
    },
  };
}
