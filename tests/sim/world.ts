// A whole platform in one process: control plane, hosts and users on a virtual clock, everything from one seed.
import { delay } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import { seededRandom } from '#base/random.ts';
import { ConnectRefused } from '#link/agent-session.ts';
import type { Connect } from '#link/channel.ts';
import { parseUpgradeQuery } from '#link/upgrade.ts';
import { subnets } from '#model/network.ts';
import { memoryDisk } from '#store/journal/memory-journal.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import type { VirtualClock } from '#tests/support/virtual-clock.ts';
import { openCheckers } from './checkers.ts';
import type { Checkers } from './checkers.ts';
import { startControl } from './control-process.ts';
import type { ControlProcess } from './control-process.ts';
import { describeFrame } from './frame-text.ts';
import { openHost } from './host-process.ts';
import type { HostProcess } from './host-process.ts';
import { PERFECT_LINK, connectLossy } from './lossy-link.ts';
import type { LossyConnection } from './lossy-link.ts';
import type { Mutant } from './mutants.ts';
import { agentApiOver, lossyCall } from './rpc.ts';
import type { Call, Serve } from './rpc.ts';
import type { Scenario } from './scenario.ts';
import { openTrace } from './trace.ts';
import type { Trace } from './trace.ts';
import { openWorkload } from './workload.ts';
import type { Workload } from './workload.ts';

export interface World {
  readonly clock: VirtualClock;
  readonly trace: Trace;
  readonly checkers: Checkers;
  readonly hosts: readonly HostProcess[];
  readonly workload: Workload;
  /** Undefined while it is down. */
  readonly control: ControlProcess | undefined;
  /** Calls as an operator, whom the network does not trouble. */
  readonly operator: Call;
  /** Faults of link and calls end with it. */
  healed: boolean;
  startControl(): Promise<void>;
  killControl(): void;
  connectionsOf(host: HostProcess): readonly LossyConnection[];
  killAgent(host: HostProcess): void;
  losePower(host: HostProcess): void;
  /** Nothing passes between the host and the control plane any more, and nobody is told. */
  cutOff(host: HostProcess): void;
  reunite(host: HostProcess): void;
  isCutOff(host: HostProcess): boolean;
}

const EC2_SIZE = { cpu: 2048, memoryMiB: 2048 };
const POOL_SIZE = { cpu: 2048, memoryMiB: 4096 };

export function openWorld(scenario: Scenario, options: { mutant?: Mutant | undefined; keepTrace: boolean; onControl?: (control: ControlProcess) => void; onStop?: (taskArn: string) => void }): World {
  const { mutant } = options;
  const clock = virtualClock();
  const trace = openTrace(clock, options.keepTrace);
  const streamOf = (salt: number): Random => seededRandom(Math.imul(scenario.seed + 1, 0x9e3779b1) ^ salt);
  const netRandom = streamOf(1);
  const controlRandom = streamOf(2);
  const disk = memoryDisk();
  const checkers = openCheckers(scenario, disk, (what) => trace.note('checker', what));
  const connections = new Map<string, LossyConnection[]>();
  let control: ControlProcess | undefined;
  let healed = false;
  const mutantMemory = new Set<string>();
  const apart = new Set<string>();

  const link = () => (healed ? PERFECT_LINK : scenario.link);
  const callFaults = () => ({ ...link(), callLoss: healed ? 0 : scenario.callLoss, answerLoss: healed ? 0 : scenario.answerLoss });
  const reach: Serve = async (operation, input, principalArn) => {
    const current = control;
    if (current === undefined) throw new Error('ECONNREFUSED');
    const answer = await current.serve(operation, input, principalArn);
    if (operation === 'SubmitTaskStateChange') checkers.onReported(String(input['task']), String(input['status']), current.store);
    return answer;
  };
  /** Calls of a host: those under way when it is cut off are answered in vain. */
  const serveHost = (name: string): Serve => async (...call) => {
    const lost = async (): Promise<void> => {
      if (!apart.has(name)) return;
      await delay(clock, 5_000);
      throw new Error('no answer in time');
    };
    await lost();
    const answer = await serve(...call);
    await lost();
    return answer;
  };
  const serve: Serve = mutant?.serve?.(reach, streamOf(3)) ?? reach;

  const connectFrom = (name: string, principalArn: string): Connect => async (url, query) => {
    const travelMs = (): number => link().minDelayMs + netRandom.next() * (link().maxDelayMs - link().minDelayMs);
    await delay(clock, travelMs());
    if (apart.has(name)) {
      await delay(clock, 10_000);
      throw new Error('ETIMEDOUT');
    }
    const upgrade = parseUpgradeQuery(new URLSearchParams({ ...query }));
    if (control === undefined || upgrade === undefined) throw new Error('ECONNREFUSED');
    const agent = { ...upgrade, principalArn };
    const admission = control.control.admit(agent);
    const backMs = travelMs();
    if (!admission.ok) {
      await delay(clock, backMs);
      throw new ConnectRefused(admission.type, admission.message, admission.httpStatus);
    }
    const which = url.startsWith('sim://acs') ? 'acs' : 'tcs';
    trace.note(name, `${which} connected`);
    const connection = connectLossy({
      clock,
      random: netRandom,
      faults: link,
      agentReadyAt: clock.now() + backMs,
      onFrame: (from, text, fate) => trace.note(name, `${from === 'agent' ? '→' : '←'} ${describeFrame(text)} ${fate === 'sent' ? '' : fate}`),
    });
    connections.set(name, [...(connections.get(name) ?? []).filter((c) => c.open), connection]);
    const answered = delay(clock, backMs);
    if (which === 'acs') control.control.acceptAcs(mutant?.controlChannel?.(connection.controlEnd, mutantMemory) ?? connection.controlEnd, agent);
    else control.control.acceptTcs(connection.controlEnd, agent);
    await answered;
    return which === 'tcs' ? (mutant?.telemetryChannel?.(connection.agentEnd) ?? connection.agentEnd) : connection.agentEnd;
  };

  const makeHost = (index: number, pool: boolean): HostProcess => {
    const name = `${pool ? 'pool' : 'ec2'}-${index}`;
    const principalArn = `arn:aws:iam::000000000000:agent/${name}`;
    const random = streamOf(1_000 + index + (pool ? 500 : 0));
    return openHost({
      name,
      pool,
      zone: `us-east-1${'abc'[index % 3]}`,
      address: `192.0.2.${index + (pool ? 100 : 1)}`,
      ...(pool ? POOL_SIZE : EC2_SIZE),
      clock,
      random,
      api: agentApiOver(lossyCall({ serve: serveHost(name), principalArn, clock, random: netRandom, faults: callFaults })),
      connect: connectFrom(name, principalArn),
      mutant,
      makesInterfaces: index % 2 === 0,
      violate: (what) => checkers.violate(what),
      ...(options.onStop !== undefined && { onStop: options.onStop }),
      onStart(started) {
        trace.note(name, `started ${started.container} of ${started.taskArn.slice(-6)}`);
        checkers.onStart({ ...started, host: name }, control?.store);
      },
    });
  };
  const hosts = [
    ...Array.from({ length: scenario.ec2Hosts }, (_, i) => makeHost(i, false)),
    ...Array.from({ length: scenario.poolHosts }, (_, i) => makeHost(i, true)),
  ];

  const user = { principalArn: 'arn:aws:iam::000000000000:root', clock };
  const workload = openWorkload({
    call: lossyCall({ ...user, serve, random: netRandom, faults: callFaults }),
    clock,
    random: streamOf(4),
    checkers,
    subnets: () => [...(control?.store.all(subnets) ?? [])].map((subnet) => subnet.id),
    store: () => control?.store,
    note: (what) => trace.note('user', what),
  });

  const cutAll = (list: readonly LossyConnection[]): void => list.forEach((c) => c.cut());
  return {
    clock,
    trace,
    checkers,
    hosts,
    workload,
    get control() {
      return control;
    },
    operator: (operation, input) => reach(operation, input, user.principalArn),
    get healed() {
      return healed;
    },
    set healed(value) {
      healed = value;
    },
    async startControl() {
      if (control !== undefined) return;
      const started = await startControl({
        disk,
        journalDelayMs: scenario.journalDelayMs,
        hostLossMs: scenario.hostLossMs,
        clock,
        random: controlRandom,
        mutant,
        onCommit(commit) {
          if (control !== started && control !== undefined) return;
          for (const { table, key } of commit.changes) trace.note('store', `${commit.revision} ${table.name} ${key.slice(-24)}`);
          if (control !== undefined) checkers.onCommit(commit, control.store);
        },
      });
      control = started;
      options.onControl?.(started);
      trace.note('control', `up at revision ${started.store.revision}`);
      checkers.onRestart(started.store);
    },
    killControl() {
      if (control === undefined) return;
      trace.note('control', 'killed');
      control.kill();
      control = undefined;
      for (const list of connections.values()) cutAll(list);
    },
    connectionsOf: (host) => (connections.get(host.name) ?? []).filter((c) => c.open),
    killAgent(host) {
      trace.note(host.name, 'agent killed');
      host.killAgent();
      cutAll(connections.get(host.name) ?? []);
    },
    cutOff(host) {
      trace.note(host.name, 'cut off');
      apart.add(host.name);
      for (const connection of connections.get(host.name) ?? []) connection.goSilent();
    },
    reunite(host) {
      if (apart.delete(host.name)) trace.note(host.name, 'reunited');
    },
    isCutOff: (host) => apart.has(host.name),
    losePower(host) {
      trace.note(host.name, 'power lost');
      host.losePower();
      // Nobody closes a connection of a machine that is off.
      for (const connection of connections.get(host.name) ?? []) connection.goSilent();
    },
  };
}
