// One connected host: tells its agent what it must know, no sooner than that is durable, and takes in what it acknowledges.
//
// Work comes as a set of task keys. A round reads their rows, waits until what it read is durable, and sends; keys that
// come up meanwhile make the next round. Rounds of one host follow each other, so orders leave in the order of revisions.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { PayloadOptions } from '#core/payload/render-payload.ts';
import { acknowledgeTask } from '#core/task/acknowledge.ts';
import { listedStatus, mustStop, planOrder } from '#core/task/plan-order.ts';
import { openAcsSession } from '#link/acs-server.ts';
import type { AcsSession, AcsTimes } from '#link/acs-server.ts';
import type { Channel } from '#link/channel.ts';
import type { LongshoreExecMessage, PayloadTask, TaskIdentifier } from '#link/messages.ts';
import type { DesiredStatus } from '#model/task-status.ts';
import { tasks } from '#model/task.ts';
import type { Store } from '#store/store.ts';
import { loadOrder } from './load-order.ts';
import type { Networks } from './network/networks.ts';
import { credentialsOf, refreshedCredentials, type IssueCredentials } from './task-credentials.ts';

export interface HostLinkOptions {
  readonly channel: Channel;
  readonly hostArn: string;
  readonly clusterArn: string;
  /** Highest sequence number the host has seen. */
  readonly seenSeqNum: number;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly payload: PayloadOptions;
  readonly issueCredentials?: IssueCredentials;
  readonly times?: Partial<AcsTimes>;
  readonly networks: Networks;
  readonly onHeard: () => void;
  readonly onClosed: () => void;
}

export interface HostLink {
  /** The task's row changed: look whether its agent must hear of it. */
  touch(taskArn: string): void;
  exec(message: Omit<LongshoreExecMessage, 'messageId'>): void;
  close(code: number, reason: string): void;
}

export function openHostLink(options: HostLinkOptions): HostLink {
  const { store, clock, log, hostArn } = options;
  // What this connection was told, so that nothing is told twice; the session repeats it until it is acknowledged.
  const sent = new Map<string, DesiredStatus>();
  let touched = new Set<string>();
  let running = false;
  let closed = false;

  const session: AcsSession = openAcsSession({
    channel: options.channel,
    clusterArn: options.clusterArn,
    containerInstanceArn: hostArn,
    firstSeqNum: Math.max(Math.floor(clock.now()), options.seenSeqNum + 1),
    clock,
    random: options.random,
    log,
    ...(options.times !== undefined && { times: options.times }),
    onAcknowledged: (orders) => acknowledge(orders),
    onRefused: (orders, reason) => log.warn('orders refused by the agent', { host: hostArn, tasks: orders.map((o) => o.arn), reason }),
    onStopCandidates: (candidates) => verifyStops(candidates),
    onNetworkAck: (messageId, taken) => network?.onAck(messageId, taken),
    onHeard: () => options.onHeard(),
    onClosed(code, reason) {
      closed = true;
      network?.close();
      log.info('agent disconnected', { host: hostArn, code, reason });
      options.onClosed();
    },
  });

  const network = options.networks.open(hostArn, (message) => session.sendNetworkState(message));

  const acknowledge = (orders: readonly PayloadTask[]): void => {
    store.transact((tx) => {
      for (const order of orders) {
        if (order.desiredStatus !== 'RUNNING') continue;
        const task = tx.get(tasks, order.arn);
        if (task === undefined || task.hostArn !== hostArn) continue;
        const next = acknowledgeTask(task, clock.now());
        if (next !== task) tx.put(tasks, next);
      }
    });
  };

  const verifyStops = async (candidates: readonly TaskIdentifier[]): Promise<readonly TaskIdentifier[]> => {
    const revision = store.revision;
    const stops = candidates.filter((candidate) => {
      const task = store.get(tasks, candidate.taskArn);
      return mustStop(task?.hostArn === hostArn ? task : undefined);
    });
    await store.durable(revision);
    return stops.map((candidate) => ({ ...candidate, desiredStatus: 'STOPPED' }));
  };

  const ordersOf = (taskArns: Iterable<string>): PayloadTask[] => {
    const orders: PayloadTask[] = [];
    for (const arn of taskArns) {
      const task = store.get(tasks, arn);
      if (task === undefined || task.hostArn !== hostArn || task.lastStatus === 'STOPPED') {
        sent.delete(arn);
        continue;
      }
      const { order, why } = planOrder(task, sent.get(arn));
      if (order === undefined) continue;
      const payload = loadOrder(store, task, order === 'RUNNING' ? { ...options.payload, ...credentialsOf(store, options.issueCredentials, task) } : options.payload);
      if (payload === undefined) {
        log.error('no order possible: the task definition is gone', { task: arn });
        continue;
      }
      log.debug('order', { host: hostArn, task: arn, order, why });
      sent.set(arn, order);
      orders.push(payload);
    }
    return orders;
  };

  const round = async (): Promise<void> => {
    while (touched.size > 0 && !closed) {
      const due = touched;
      touched = new Set();
      const orders = ordersOf(due);
      if (orders.length === 0) continue;
      await store.durable(store.revision);
      if (!closed) session.sendOrders(orders);
    }
  };

  const begin = (work: () => Promise<void>): void => {
    running = true;
    // In a microtask, so that all tasks of one commit leave in one message. A failed journal is the end of the process,
    // not of a round: whoever owns the store sees to that.
    Promise.resolve().then(work).then(
      () => {
        running = false;
        if (touched.size > 0 && !closed) begin(round);
      },
      (error: unknown) => {
        running = false;
        log.error('orders not sent', { host: hostArn, error: String(error) });
        session.close(1011, 'control plane failed');
      },
    );
  };

  /** First of all the full list, then every order that is due: what was sent on earlier connections may be lost. */
  const introduce = async (): Promise<void> => {
    const manifest: TaskIdentifier[] = [];
    for (const task of store.by(tasks, 'host', hostArn)) {
      manifest.push({ taskArn: task.arn, taskClusterArn: task.clusterArn, desiredStatus: listedStatus(task) });
      touched.add(task.arn);
    }
    await store.durable(store.revision);
    if (closed) return;
    session.sendManifest(manifest);
    for (const credentials of refreshedCredentials(store, options.issueCredentials, hostArn)) session.sendCredentials(credentials);
    await round();
  };

  begin(introduce);
  return {
    touch(taskArn) {
      if (closed) return;
      touched.add(taskArn);
      if (!running) begin(round);
    },
    exec: (message) => session.sendExec(message),
    close: (code, reason) => session.close(code, reason),
  };
}
