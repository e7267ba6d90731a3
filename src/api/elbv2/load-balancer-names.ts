// What a load balancer is called, and where it listens on the host.
import { hexId } from '#base/ids.ts';
import { loadBalancers } from '#model/load-balancer.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { validationError } from './errors.ts';

/** Throws ValidationError. @param noun as the message says: `The load balancer`, `Target group` */
export function checkName(name: string, noun: string): void {
  if (name === '') throw validationError(`${noun} name must not be empty`);
  if (name.length > 32) throw validationError(`${noun} name '${name}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name)) throw validationError(`${noun} name '${name}' can only contain characters that are alphanumeric characters or hyphens(-)`);
  if (name.startsWith('-') || name.endsWith('-')) throw validationError(`${noun} name '${name}' cannot begin or end with '-'`);
}

export function loadBalancerArn(ctx: ApiContext, type: 'application' | 'network', name: string): string {
  return `arn:aws:elasticloadbalancing:${ctx.region}:${ctx.account}:loadbalancer/${type === 'application' ? 'app' : 'net'}/${name}/${hexId(ctx.random, 16)}`;
}

/** `<name>-<digits>.<region>.elb.localhost`: every resolver answers 127.0.0.1, where the name is told apart. */
export function dnsNameFor(ctx: ApiContext, name: string, scheme: string): string {
  const digits = String(Math.floor(ctx.random.next() * 1e9) + 1e9);
  return `${scheme === 'internal' ? 'internal-' : ''}${name}-${digits}.${ctx.region}.elb.localhost`;
}

/** A loopback address of its own, of 127.128.0.0/9: two platforms on one machine are not to meet, so it is drawn by lot. */
export function chooseHostAddress(reader: Reader, ctx: ApiContext): string {
  const taken = new Set([...reader.all(loadBalancers)].map((row) => row.hostAddress));
  for (;;) {
    const lot = Math.floor(ctx.random.next() * 2 ** 23);
    const address = `127.${128 + (lot >> 16)}.${(lot >> 8) & 255}.${(lot & 253) + 1}`;
    if (!taken.has(address)) return address;
  }
}
