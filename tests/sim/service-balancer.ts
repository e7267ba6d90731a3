// A balancer as the control plane has one in its own process: it finds targets healthy after a while, sometimes not, and
// says of draining ones when their last request is done.
import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import { listeners, loadBalancers, targetGroups, targets } from '#model/load-balancer.ts';
import type { Target } from '#model/load-balancer.ts';
import { vpcs } from '#model/network.ts';
import type { Store } from '#store/store.ts';
import { ACCOUNT, REGION } from './control-process.ts';
import type { ControlProcess } from './control-process.ts';

const ELB = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}`;
const EVERY_MS = 250;

/** One group for each way to register. */
export const GROUPS = { instance: `${ELB}:targetgroup/by-host/1`, ip: `${ELB}:targetgroup/by-ip/1`, green: `${ELB}:targetgroup/green/1` } as const;
export const RULE = `${ELB}:listener/app/front/1/3`;

export interface BalancerMood {
  /** Chance, each time, that a healthy target turns unhealthy. */
  readonly sickness: number;
  readonly slowestMs: number;
  /** Tasks that no request reaches. */
  readonly isUnreachable?: (taskArn: string | undefined) => boolean;
}

/** Looks at the targets until its control plane dies. */
export function startBalancer(control: ControlProcess, clock: Clock, random: Random, mood: () => BalancerMood): void {
  const look = (): void => {
    if (!control.alive) return;
    const now = clock.now();
    const { sickness, slowestMs, isUnreachable = () => false } = mood();
    control.store.transact((tx) => {
      for (const target of [...tx.all(targets)]) {
        const chance = random.next();
        if (target.drainingSince !== undefined) {
          if (chance < EVERY_MS / slowestMs) tx.delete(targets, targets.key(target));
        } else if (isUnreachable(target.taskArn)) {
          if (target.health.state !== 'unhealthy') tx.put(targets, { ...target, health: { state: 'unhealthy', since: now } } satisfies Target);
        } else if (target.health.state === 'healthy' ? chance < sickness : chance < (2 * EVERY_MS) / slowestMs) {
          const state = target.health.state === 'healthy' ? 'unhealthy' : 'healthy';
          tx.put(targets, { ...target, health: { state, since: now } } satisfies Target);
        }
      }
    });
    clock.after(EVERY_MS, look);
  };
  clock.after(EVERY_MS, look);
}

/** The rows of a load balancer that forwards to every group. */
export function furnishBalancer(store: Store, now: number): void {
  const owned = { account: ACCOUNT, region: REGION, tags: [] };
  const healthCheck = { enabled: true, protocol: 'HTTP', port: 'traffic-port', intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 2, unhealthyThreshold: 2 };
  store.transact((tx) => {
    const [vpc] = tx.all(vpcs);
    const vpcId = vpc?.id ?? '';
    const arn = `${ELB}:loadbalancer/app/front/1`;
    tx.put(loadBalancers, {
      ...owned, arn, name: 'front', type: 'application', scheme: 'internal', vpcId, subnetIds: [], securityGroupIds: [], ipAddressType: 'ipv4', dnsName: 'front',
      hostAddress: '127.0.0.2', networkInterfaceId: 'eni-0', privateIpAddress: '10.0.0.9', state: 'active', attributes: {}, createdAt: now,
    });
    for (const [name, group] of Object.entries(GROUPS)) {
      const targetType = name === 'instance' ? 'instance' : 'ip';
      const attributes = { 'deregistration_delay.timeout_seconds': '20' };
      tx.put(targetGroups, { ...owned, arn: group, name, protocol: 'HTTP', port: 80, vpcId, targetType, healthCheck, attributes, createdAt: now });
    }
    const listener = { ...owned, loadBalancerArn: arn, protocol: 'HTTP' as const, certificateArns: [], attributes: {}, createdAt: now };
    const forward = (group: string) => [{ type: 'forward' as const, order: 1, targets: [{ targetGroupArn: group, weight: 1 }] }];
    tx.put(listeners, { ...listener, arn: `${ELB}:listener/app/front/1/2`, port: 80, defaultActions: forward(GROUPS.instance) });
    tx.put(listeners, { ...listener, arn: RULE, port: 81, defaultActions: forward(GROUPS.ip) });
    tx.put(listeners, { ...listener, arn: `${ELB}:listener/app/front/1/4`, port: 82, defaultActions: forward(GROUPS.green) });
  });
}
