// Where listeners listen: on the load balancer's own loopback address, and on its address in the VPC.
import type { BalancerInput, ListenerInput } from './input.ts';

export interface Bind {
  /** `address:port` */
  readonly at: string;
  /** The address need not exist on this machine yet: whoever joins the VPC to it brings it, before or after. */
  readonly isForeign: boolean;
}

export function hostBind({ loadBalancer, listener }: ListenerInput): string {
  return `${loadBalancer.hostAddress}:${listener.port}`;
}

export function vpcBind({ loadBalancer, listener }: ListenerInput): string {
  return `${loadBalancer.privateIpAddress}:${listener.port}`;
}

/**
 * Addresses of VPCs may overlap, between accounts as much as anywhere: then the oldest load balancer has it.
 * @returns listener ARN → where it listens
 */
export function bindsOfListeners({ listeners, unavailable }: Pick<BalancerInput, 'listeners' | 'unavailable'>): Map<string, Bind[]> {
  const taken = new Set(unavailable);
  const found = new Map<string, Bind[]>();
  const oldestFirst = [...listeners].sort((a, b) => a.loadBalancer.createdAt - b.loadBalancer.createdAt);
  for (const input of oldestFirst) {
    const binds = [{ at: hostBind(input), isForeign: false }, { at: vpcBind(input), isForeign: true }].filter(({ at }) => !taken.has(at));
    for (const { at } of binds) taken.add(at);
    found.set(input.listener.arn, binds);
  }
  return found;
}
