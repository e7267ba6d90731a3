// The load balancer's place in the platform: HAProxy lives below the data directory and outlives the control plane.
import { join, resolve } from 'node:path';
import { systemClock } from '#base/system/clock.ts';
import { openBalancer, type Balancer, type BalancerOptions } from '#balancer/balancer.ts';
import { stopHaproxy } from '#balancer/haproxy-process.ts';
import { realParts } from '#balancer/parts.ts';

function balancerFolder(dataDir: string): string {
  return join(resolve(dataDir), 'balancer');
}

/** Follows the load balancers of the store. */
export function openDataBalancer(dataDir: string, options: Omit<BalancerOptions, 'parts'>): Balancer {
  return openBalancer({ ...options, parts: realParts({ folder: balancerFolder(dataDir), clock: options.clock, log: options.log }) });
}

/** Ends the HAProxy of a data directory: what `./longshore down` does. True when one was running. */
export async function stopBalancer(dataDir: string): Promise<boolean> {
  return stopHaproxy(balancerFolder(dataDir), systemClock);
}
