// How rows are called inside HAProxy: short, unique, and readable back.
import type { Target } from '#model/load-balancer.ts';

/** The last part of an ELBv2 ARN: 16 hex digits. */
export function shortId(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** The backend of a target group. */
export function groupBackend(groupArn: string): string {
  return `tg-${shortId(groupArn)}`;
}

/** The frontend of a listener. */
export function listenerFrontend(listenerArn: string): string {
  return `ls-${shortId(listenerArn)}`;
}

/** A target inside its backend: where it is, so that a row and a server find each other without a table. */
export function serverName(target: Pick<Target, 'address' | 'port'>): string {
  return `${target.address}:${target.port}`;
}

const OPEN = 'open-';

/** The server that takes over for a target while every target of the group is unhealthy. */
export function openServerName(target: Pick<Target, 'address' | 'port'>): string {
  return `${OPEN}${serverName(target)}`;
}

export function isOpenServer(name: string): boolean {
  return name.startsWith(OPEN);
}

/** `app/<name>/<16 hex>` as access logs show a load balancer. */
export function loadBalancerPath(arn: string): string {
  return arn.slice(arn.indexOf('loadbalancer/') + 'loadbalancer/'.length);
}
