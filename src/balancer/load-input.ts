// Reads from the store what the configuration is rendered from.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { plainSerial, type AccessLogNames } from '#core/balancer/access-log-line.ts';
import { hostBind, vpcBind } from '#core/balancer/binds.ts';
import type { BalancerInput, ListenerInput } from '#core/balancer/input.ts';
import { groupBackend } from '#core/balancer/names.ts';
import { SHARED_ADDRESS, sharedPorts } from '#core/balancer/render-shared.ts';
import { certificates, listeners, loadBalancers, rules, targetGroups, type Action, type TargetGroup } from '#model/load-balancer.ts';
import type { Reader } from '#store/store.ts';

/** All accounts and regions: one HAProxy serves them all. */
export function loadInput(reader: Reader, unavailable: ReadonlySet<string>): BalancerInput {
  const inputs: ListenerInput[] = [];
  for (const listener of reader.all(listeners)) {
    const loadBalancer = reader.get(loadBalancers, listener.loadBalancerArn);
    if (loadBalancer === undefined) continue;
    const own = listener.certificateArns.map((arn) => reader.get(certificates, arn)).filter((row) => row !== undefined);
    inputs.push({ listener, loadBalancer, rules: [...reader.by(rules, 'listener', listener.arn)], certificates: own });
  }
  return { listeners: inputs, groups: usedGroups(reader, inputs), unavailable };
}

function usedGroups(reader: Reader, inputs: readonly ListenerInput[]): TargetGroup[] {
  const arns = new Set<string>();
  const add = (action: Action): void => {
    if (action.type === 'forward') for (const target of action.targets) arns.add(target.targetGroupArn);
  };
  for (const { listener, rules: own } of inputs) {
    listener.defaultActions.forEach(add);
    for (const rule of own) rule.actions.forEach(add);
  }
  return [...arns].map((arn) => reader.get(targetGroups, arn)).filter((group) => group !== undefined);
}

/** What access logs call things by. */
export function loadLogNames(reader: Reader): AccessLogNames {
  return {
    groups: new Map([...reader.all(targetGroups)].map((group) => [groupBackend(group.arn), group.arn])),
    certificates: new Map([...reader.all(certificates)].map((certificate) => [plainSerial(certificate.serial), certificate.arn])),
  };
}

/** `address:port` of what the listeners would bind on the host itself. */
export function wantedBinds(inputs: readonly ListenerInput[]): string[] {
  return [...inputs.map(hostBind), ...sharedPorts(inputs).map((port) => `${SHARED_ADDRESS}:${port}`)];
}

/** `address:port` that a configuration on disk binds. */
export function bindsOf(config: string): Set<string> {
  return new Set([...config.matchAll(/^\s*bind (\S+)/gm)].map((match) => match[1]!));
}

/** `address:port` of what the listeners would bind in their VPCs. */
export function wantedVpcBinds(inputs: readonly ListenerInput[]): string[] {
  return [...new Set(inputs.map(vpcBind))];
}

/** Of these, the ones that cannot be bound now. Not for those that HAProxy holds already. */
export async function takenBinds(binds: readonly string[]): Promise<Set<string>> {
  const free = await Promise.all(binds.map(async (bind) => (await whyNot(bind)) === undefined));
  return new Set(binds.filter((_, at) => !free[at]));
}

/** The same for addresses that this machine need not have: that takes a privilege, but no address. */
export async function takenVpcBinds(binds: readonly string[]): Promise<Set<string>> {
  if (!mayBindForeign()) return new Set(binds);
  const free = await Promise.all(binds.map(async (bind) => [undefined, 'EADDRNOTAVAIL'].includes(await whyNot(bind))));
  return new Set(binds.filter((_, at) => !free[at]));
}

/** Whether a HAProxy of ours may listen on addresses that the machine does not have: CAP_NET_ADMIN or CAP_NET_RAW, which root hands on. */
export function mayBindForeign(): boolean {
  const status = readFileSync('/proc/self/status', 'utf8');
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  return process.getuid?.() === 0 && (capabilities & ((1n << 12n) | (1n << 13n))) !== 0n;
}

function whyNot(bind: string): Promise<string | undefined> {
  const colon = bind.lastIndexOf(':');
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: bind.slice(0, colon), port: Number(bind.slice(colon + 1)), exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
