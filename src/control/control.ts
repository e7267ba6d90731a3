// The control loops as one thing: reconcilers, the hosts' order links and their telemetry.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import { ACS_TIMES, type AcsTimes } from '#link/acs-server.ts';
import type { Channel } from '#link/channel.ts';
import { checkLinkVersion } from '#core/host/join.ts';
import type { AgentUpgrade } from '#link/upgrade.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import type { ScalingTimes } from '#core/capacity-provider/plan-scaling.ts';
import type { Service } from '#model/service.ts';
import type { Store } from '#store/store.ts';
import { openDispatcher } from './dispatcher.ts';
import { openExecSessions, type ExecSessions } from './exec/exec-sessions.ts';
import { openHostPresence } from './host-presence.ts';
import { openNetworks } from './network/networks.ts';
import { openReconcilerLoop } from './reconciler.ts';
import type { Reconciler } from './reconciler.ts';
import { execSessionLifecycle } from './reconcilers/exec-sessions.ts';
import { deleteTaskDefinitions, forgetClientTokens, forgetStoppedTasks } from './reconcilers/forget.ts';
import { forgetInstances } from './reconcilers/forget-instances.ts';
import { hostLoss } from './reconcilers/host-loss.ts';
import { instanceHosts } from './reconcilers/instance-hosts.ts';
import { managedScaling } from './reconcilers/managed-scaling.ts';
import { providerPlacement } from './reconcilers/provider-placement.ts';
import { scalingGroups } from './reconcilers/scaling-group.ts';
import { serviceScheduler } from './reconcilers/service.ts';
import { openServiceHooks } from './reconcilers/service-hooks.ts';
import type { CallHook } from './reconcilers/service-hooks.ts';
import type { ServiceCapacity } from './reconcilers/service-launch.ts';
import { serviceTargets } from './reconcilers/targets.ts';
import { taskLifecycle } from './reconcilers/task-lifecycle.ts';
import type { IssueCredentials } from './task-credentials.ts';
import { openTelemetryIntake } from './telemetry-intake.ts';
import type { MetricsSink } from './telemetry-intake.ts';

export interface ControlOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Host and port of our registry, as in image names: such images get ECR credentials. Default `localhost:4566`. */
  readonly registryHost?: string;
  /** A host that is away for longer counts as lost: its services' tasks are replaced; default never. */
  readonly hostLossMs?: number;
  /** An agent may be away for so long before its row says so; default 5 s, and 60 s after a start of the control plane. */
  readonly presenceGraceMs?: number;
  readonly startGraceMs?: number;
  readonly times?: Partial<AcsTimes>;
  readonly metrics?: MetricsSink;
  /** Free capacity of the hosts, as of the last commit: with it, services are scheduled here. */
  readonly capacity?: ServiceCapacity;
  /** Names of the CloudWatch alarms of a service's deployments that are in ALARM; default none. */
  readonly alarmsInAlarm?: (service: Service) => readonly string[];
  /** Calls the endpoint of a deployment's lifecycle hook; without it such hooks fail, which rolls a deployment back. */
  readonly callHook?: CallHook;
  /** Issues the credentials of tasks' roles; default none: tasks run without. */
  readonly issueCredentials?: IssueCredentials;
  /** Whether an address is one of the machine the load balancers run on; default none is, and no host holds their addresses. */
  readonly isOwnAddress?: (address: string) => boolean;
  /** How long a capacity provider's reservation is off its target before managed scaling acts; default SCALING_TIMES. */
  readonly scalingTimes?: Partial<ScalingTimes>;
  /** More reconcilers. */
  readonly reconcilers?: readonly Reconciler[];
}

/** Quicker out than AWS's minute, whose metrics come by the minute; back in after AWS's quarter of an hour. */
export const SCALING_TIMES: ScalingTimes = { scaleOutAfterMs: 500, scaleInAfterMs: 15 * 60_000 };

/** Who connects: the verified caller of the upgrade and what its query says. */
export interface ConnectingAgent extends AgentUpgrade {
  readonly principalArn: string;
  /** Of a host that joined over a network: the machine it joined from. */
  readonly joinedMachine?: string;
}

export type Admission =
  | { readonly ok: true; readonly host: ContainerInstance }
  /** Refuse the upgrade with these (link/ws-channel.ts refuseUpgrade). */
  | { readonly ok: false; readonly httpStatus: number; readonly type: string; readonly message: string };

export interface Control {
  /** May this agent open a connection for its host? To be asked before the handshake; accept asks again. */
  admit(agent: ConnectingAgent): Admission;
  acceptAcs(channel: Channel, agent: ConnectingAgent): void;
  acceptTcs(channel: Channel, agent: ConnectingAgent): void;
  /** Sessions of ECS Exec. */
  readonly exec: ExecSessions;
  readonly connectedHosts: number;
  /** Ends connections and loops; the store stays open and hosts stay marked as connected. */
  close(): void;
}

/** Starts at once: what was left undone when the last process ended is looked at first. */
export function openControl(options: ControlOptions): Control {
  const { store, clock, random, log } = options;
  const presence = openHostPresence({ store, clock, log, graceMs: options.presenceGraceMs ?? 5_000, startGraceMs: options.startGraceMs ?? 60_000 });
  const loop = openReconcilerLoop({
    store,
    clock,
    log,
    reconcilers: [
      taskLifecycle,
      ...(options.hostLossMs === undefined ? [] : [hostLoss(options.hostLossMs, clock.now())]),
      ...serviceReconcilers(options),
      forgetStoppedTasks,
      forgetClientTokens,
      deleteTaskDefinitions,
      execSessionLifecycle,
      instanceHosts(),
      scalingGroups(random),
      managedScaling({ ...SCALING_TIMES, ...options.scalingTimes }),
      forgetInstances,
      ...(options.reconcilers ?? []),
    ],
  });
  const hooks = openServiceHooks({ store, clock, log, callHook: options.callHook ?? noHooks });
  const networks = openNetworks({ store, clock, random, log, isOwnAddress: options.isOwnAddress ?? (() => false), resendMs: options.times?.resendMs ?? ACS_TIMES.resendMs });
  const dispatcher = openDispatcher({
    store,
    clock,
    random,
    log,
    presence,
    networks,
    payload: { registryHost: options.registryHost ?? 'localhost:4566' },
    ...(options.issueCredentials !== undefined && { issueCredentials: options.issueCredentials }),
    ...(options.times !== undefined && { times: options.times }),
  });
  const exec = openExecSessions({ store, clock, random, log, ask: (hostArn, message) => dispatcher.exec(hostArn, message) });
  const telemetry = openTelemetryIntake({ store, clock, log, ...(options.metrics !== undefined && { metrics: options.metrics }) });

  let closed = false;
  const admit = (agent: ConnectingAgent): Admission => {
    // Agents connect again at once: one that does while the process ends would never be told to go.
    if (closed) return { ok: false, httpStatus: 503, type: 'ServerException', message: 'The control plane is going away.' };
    const host = store.get(containerInstances, agent.containerInstanceArn);
    if (host !== undefined && host.registeredBy !== agent.principalArn) {
      return refuse('AccessDeniedException', `${agent.principalArn} did not register ${agent.containerInstanceArn}`);
    }
    // Only of a host that was deregistered: Amazon's agent stays away for an hour when it reads this.
    if (host?.status === 'INACTIVE') return refuse('InactiveInstanceException', 'The container instance was deregistered.');
    if (host === undefined) return refuse('ClientException', 'The referenced container instance was not found.');
    return impostor(agent, dispatcher.isSuperseded(host.arn, agent.processId)) ?? { ok: true, host };
  };
  const admitted = (channel: Channel, agent: ConnectingAgent): ContainerInstance | undefined => {
    const admission = admit(agent);
    if (admission.ok) return admission.host;
    channel.close(closed ? 1001 : 1008, admission.type);
    return undefined;
  };

  return {
    admit,
    exec,
    acceptAcs(channel, agent) {
      const host = admitted(channel, agent);
      if (host !== undefined) dispatcher.accept(channel, host, agent);
    },
    acceptTcs(channel, agent) {
      const host = admitted(channel, agent);
      if (host !== undefined) telemetry.accept(channel, host.arn);
    },
    get connectedHosts() {
      return dispatcher.connectedHosts;
    },
    close() {
      closed = true;
      loop.close();
      hooks.close();
      exec.close();
      dispatcher.close();
      networks.close();
      telemetry.close();
    },
  };
}

/** Why an agent is not the one that it says it is, or speaks what nobody here understands. */
function impostor({ linkVersion, joinedMachine, machine, containerInstanceArn }: ConnectingAgent, superseded: boolean): Admission | undefined {
  const version = linkVersion === undefined ? undefined : checkLinkVersion(linkVersion);
  if (version !== undefined) return refuse('VersionMismatchException', version);
  if (joinedMachine !== undefined && machine !== joinedMachine) {
    return refuse('DuplicateHostException', `${containerInstanceArn} joined from another machine: this agent's data folder is a copy of its. Remove it, and join with a token of its own.`);
  }
  if (!superseded) return undefined;
  return refuse('DuplicateHostException', `Another agent has connected as ${containerInstanceArn} since: two agents use copies of one data folder. Remove one of them, and join with a token of its own.`);
}

function serviceReconcilers({ capacity, random, alarmsInAlarm }: ControlOptions): Reconciler[] {
  if (capacity === undefined) return [];
  return [providerPlacement({ capacity, random }), serviceTargets(random), serviceScheduler({ capacity, random, ...(alarmsInAlarm !== undefined && { alarmsInAlarm }) })];
}

function noHooks(): Promise<never> {
  return Promise.reject(new Error('this control plane calls no endpoints'));
}

function refuse(type: string, message: string): Admission {
  return { ok: false, httpStatus: type === 'AccessDeniedException' ? 403 : 400, type, message };
}
