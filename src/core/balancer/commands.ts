// Lines for HAProxy's runtime socket. Each list is one exchange; silence is success, but for what QUIET names.
import type { TargetGroup } from '#model/load-balancer.ts';
import type { MapEntry } from './input.ts';
import { openServerName } from './names.ts';
import { openServerArguments, serverArguments, uncheckedServerArguments } from './render-group.ts';

interface Place {
  readonly address: string;
  readonly port: number;
}

/**
 * Puts a new server in: a server comes into being switched off. `health up` gives it all of its failures to lose, as ALB does;
 * without it the first failed check would take it out.
 * @param isFirst nobody else is healthy: then there is no slow start, as all requests are its anyway
 */
export function admitCommands(backend: string, name: string, group: TargetGroup, place: Place, { healthy, isFirst }: { readonly healthy: boolean; readonly isFirst: boolean }): string[] {
  const server = `${backend}/${name}`;
  return [`add server ${server} ${serverArguments(group, place, !isFirst)}`, ...switchOnCommands(server, healthy)];
}

/** For one that is there and switched off. */
export function switchOnCommands(server: string, healthy: boolean): string[] {
  return [`set server ${server} state ready`, `set server ${server} health ${healthy ? 'up' : 'down'}`, `enable health ${server}`];
}

/** Without health checks: for workers that only finish their connections. */
export function admitUncheckedCommands(backend: string, name: string, group: TargetGroup, place: Place): string[] {
  return [`add server ${backend}/${name} ${uncheckedServerArguments(group, place)}`, `set server ${backend}/${name} state ready`];
}

/** A second time, for while all targets are unhealthy. */
export function openCommands(backend: string, group: TargetGroup, place: Place): string[] {
  const server = `${backend}/${openServerName(place)}`;
  return [`add server ${server} ${openServerArguments(group, place)}`, `set server ${server} state ready`];
}

/** Ends what is under way on a server that is gone: what may be sent again goes to another. */
export function endSessionsCommands(backend: string, name: string): string[] {
  return [`shutdown sessions server ${backend}/${name}`];
}

/** No new requests, sticky ones included; those under way go on. */
export function withdrawCommands(backend: string, name: string): string[] {
  return [`set server ${backend}/${name} state maint`];
}

export function removeCommands(backend: string, name: string): string[] {
  return [`set server ${backend}/${name} state maint`, `shutdown sessions server ${backend}/${name}`, `del server ${backend}/${name}`];
}

/** What a successful exchange may say. */
const QUIET = /^(New server registered\.|Server deleted\.)$/;

/** The first line of an answer that tells of a failure; undefined when there is none. */
export function failureIn(answer: string): string | undefined {
  return answer.split('\n').map((line) => line.trim()).find((line) => line !== '' && !QUIET.test(line));
}

/**
 * Replaces a map at once: the new lines are put in beside the old, and one command makes them count.
 * @param version as `prepare map` gave it
 * @param maxBytes of one exchange
 */
export function mapLineCommands(file: string, version: string, entries: readonly MapEntry[], maxBytes: number): string[] {
  const commands: string[] = [];
  let lines = '';
  const flush = (): void => {
    if (lines !== '') commands.push(`add map @${version} ${file} <<\n${lines}`);
    lines = '';
  };
  for (const [key, value] of entries) {
    if (lines.length + key.length + value.length > maxBytes) flush();
    lines += `${key} ${value}\n`;
  }
  flush();
  return commands;
}

/** Lines that a change of weights must find there all the time: the new ones, and the old ones of keys that are gone. */
export function bothMaps(before: readonly MapEntry[], after: readonly MapEntry[]): MapEntry[] {
  const kept = new Set(after.map(([key]) => dice(key)));
  return [...after, ...before.filter(([key]) => !kept.has(dice(key)))];
}

/** `20000:29999` → the ten thousand it belongs to; other keys are themselves. */
function dice(key: string): string {
  return /^\d+:\d+$/.test(key) ? key.split(':')[0]!.slice(0, -4) : key;
}
