// This host's part in its VPCs: what the control plane says of them, kept applied. A task starts once its interface is part of what
// the kernel holds, so that no packet of it ever passes without its security groups.
//
// Without the control plane all stays as it is. What was applied by an earlier life of this agent stays until the first word of this one.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import { nextVpcState, type VpcState } from '#core/network/vpc-state.ts';
import type { NetworkStateMessage } from '#link/messages.ts';
import { done, failed, type Outcome } from '../runtime.ts';
import type { StateStore } from '../state-store.ts';
import type { VpcDriver } from './vpc-driver.ts';

export interface VpcNetworks {
  /** A connection has opened: what it says first is everything. */
  connected(): void;
  /** False: it builds on a version that is not here. */
  take(message: NetworkStateMessage): boolean;
  /** Resolves when the interface is part of what is applied. Fails with ResourceInitializationError after five minutes with a control plane. */
  ready(vpcId: string, networkInterfaceId: string): Promise<Outcome<void>>;
  /** Whether the control plane wants this host to have a part in the VPC. */
  holds(vpcId: string): boolean;
  close(): void;
}

export interface VpcNetworksOptions {
  readonly driver: VpcDriver;
  /** Remembers which VPCs something was made for, so that it is taken away also by a later life of this agent. */
  readonly state: StateStore;
  /** This host's underlay address. */
  readonly host: string;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Waiter {
  readonly vpcId: string;
  readonly id: string;
  readonly end: (outcome: Outcome<void>) => void;
}

/** In the state file: ids of VPCs that this host has, or had, a part in. */
export const VPCS_KEY = 'vpcs';
const READY_TIMEOUT_MS = 300_000;
/** What is applied is compared with the machine so often: somebody may have emptied the tables. */
const VERIFY_MS = 30_000;
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 30_000;

export function openVpcNetworks({ driver, state, host, clock, log }: VpcNetworksOptions): VpcNetworks {
  /** Undefined: nothing was said yet. */
  let wanted: ReadonlyMap<string, VpcState> | undefined;
  const applied = new Map<string, VpcState>();
  const touched = new Set((state.entries.get(VPCS_KEY) as readonly string[] | undefined) ?? []);
  let kept = [...touched].sort().join();
  const waiters = new Set<Waiter>();
  let number = 0;
  let problem = '';
  let retryMs = FIRST_RETRY_MS;
  let retry: Timer | undefined;
  let running = false;
  let again = false;
  let closed = false;

  const answerWaiters = (): void => {
    for (const waiter of waiters) {
      const entry = applied.get(waiter.vpcId)?.entries.get(waiter.id);
      if (entry?.kind === 'interface' && entry.host === host) waiter.end(done(undefined));
    }
  };

  const remember = (): void => {
    const now = [...touched].sort().join();
    if (now === kept) return;
    kept = now;
    state.put(VPCS_KEY, [...touched]);
  };

  const applyAll = async (): Promise<boolean> => {
    const target = wanted;
    if (target === undefined) return true;
    const problems: string[] = [];
    for (const vpcId of target.keys()) touched.add(vpcId);
    remember();
    for (const vpc of target.values()) {
      if (applied.get(vpc.vpcId) === vpc) continue;
      const outcome = await driver.apply(vpc, host);
      if (closed) return true;
      if (outcome.ok) applied.set(vpc.vpcId, vpc);
      else problems.push(`${vpc.vpcId}: ${outcome.failure.message}`);
      answerWaiters();
    }
    for (const vpcId of [...touched].filter((id) => !target.has(id))) {
      applied.delete(vpcId);
      const outcome = await driver.remove(vpcId);
      if (closed) return true;
      if (outcome.ok) touched.delete(vpcId);
      else problems.push(`${vpcId}: ${outcome.failure.message}`);
    }
    remember();
    problem = problems.join('; ');
    if (problem !== '') log.warn('networks not as they should be; will be tried again', { problem, retryMs });
    return problem === '';
  };

  const work = (): void => {
    if (closed || running) {
      again = true;
      return;
    }
    running = true;
    again = false;
    retry?.cancel();
    void applyAll().then(
      (whole) => {
        running = false;
        if (whole) retryMs = FIRST_RETRY_MS;
        else retry = clock.after((retryMs = Math.min(MAX_RETRY_MS, retryMs * 2)), work);
        if (again) work();
      },
      (error: unknown) => {
        running = false;
        log.error('networks not applied', { error: String(error) });
        retry = clock.after(MAX_RETRY_MS, work);
      },
    );
  };

  const verify = (): void => {
    if (closed) return;
    clock.after(VERIFY_MS, verify);
    if (running || wanted === undefined) return;
    applied.clear();
    driver.forget();
    work();
  };
  clock.after(VERIFY_MS, verify);

  return {
    connected() {
      number = 0;
    },
    take(message) {
      // Late, or sent twice: what came after it counts.
      if (message.number <= number) return true;
      const next = new Map<string, VpcState>();
      const updates = new Map(message.vpcs.map((update) => [update.vpcId, update]));
      for (const vpcId of message.vpcIds) {
        const before = number === 0 ? undefined : wanted?.get(vpcId);
        const update = updates.get(vpcId);
        const state = update === undefined ? before : nextVpcState(before, update);
        if (state === undefined) return false;
        next.set(vpcId, state);
      }
      number = message.number;
      wanted = next;
      work();
      return true;
    },
    ready(vpcId, id) {
      return new Promise((resolve) => {
        const waiter: Waiter = {
          vpcId,
          id,
          end(outcome) {
            timer.cancel();
            waiters.delete(waiter);
            resolve(outcome);
          },
        };
        const why = (): string => (problem === '' ? `network interface ${id} was not announced by the control plane` : problem);
        // A control plane that is away is no fault of the task's.
        const wait = (): Timer => clock.after(READY_TIMEOUT_MS, () => {
          if (wanted === undefined) timer = wait();
          else waiter.end(failed('ResourceInitializationError', `the network of the VPC is not ready: ${why()}`));
        });
        let timer = wait();
        waiters.add(waiter);
        answerWaiters();
      });
    },
    holds: (vpcId) => wanted?.has(vpcId) === true,
    close() {
      closed = true;
      retry?.cancel();
    },
  };
}
