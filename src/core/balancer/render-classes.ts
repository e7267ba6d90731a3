// Rules as classes of requests, in HAProxy's words: each field adds the number of its class, and the sum of them names the rule.
import type { MapEntry } from './input.ts';
import { NO_OUTCOME } from './render-outcomes.ts';
import type { ClassField, RuleClasses } from './rule-classes.ts';
import type { Field, Match } from './rule-index.ts';

/** A field of a request, and how a map is asked for it. `hdr` would take a host with a comma for several, and the last of them for the host. */
export const FETCH: Readonly<Record<Field, string>> = { host: 'req.fhdr(host),host_only,lower', path: 'path', method: 'method', source: 'src' };
/** Fields that a request may lack, and how that is told: no host in HTTP/1.0, no path in `OPTIONS *`. It satisfies no condition on them. */
export const ABSENT: Readonly<Partial<Record<Field, string>>> = { host: '!{ req.hdr(host) -m found }', path: '!{ path -m found }' };
export const LOOKUP: Readonly<Record<Match, string>> = { exact: 'map_str_int', prefix: 'map_beg_int', suffix: 'map_end_int', cidr: 'map_ip_int' };

/**
 * Lines that leave the outcome in txn.o, by way of req.k, the sum so far.
 * @param id of the listener; its map `<id>-act0` has the outcomes by position, 0 being the default
 * @param maps where the maps of the fields and the sums go
 */
export function renderClasses(id: string, { fields, sums }: RuleClasses, maps: Map<string, MapEntry[]>): string[] {
  const outcome = `map_str(maps/${id}-act0,${NO_OUTCOME})`;
  if (fields.length === 0) return [`http-request set-var(txn.o) int(${sums[0]?.[1] ?? 0}),${outcome}`];
  maps.set(`${id}-sums`, sums.map(([sum, position]) => [String(sum), String(position)]));
  const end = `,map_str(maps/${id}-sums,0),${outcome}`;
  return fields.flatMap((field, at) => {
    const isLast = at === fields.length - 1;
    return fieldLines(field, id, maps, isLast ? 'txn.o' : 'req.k', `${at === 0 ? '' : ',add(req.k)'}${isLast ? end : ''}`);
  });
}

/** @param rest what comes after the class is known, ending in `variable` */
function fieldLines({ field, maps: own }: ClassField, id: string, maps: Map<string, MapEntry[]>, variable: string, rest: string): string[] {
  const lookUps = own.map(({ match, entries }, at) => {
    const file = `${id}-${field}-${match}`;
    maps.set(file, entries.map(([key, group]) => [key, String(group)]));
    return `${FETCH[field]},${LOOKUP[match]}(maps/${file},${at === own.length - 1 ? 0 : -1})`;
  });
  const [first = '', second] = lookUps;
  const [target, suffix] = second === undefined ? [variable, rest] : ['req.c', ''];
  const lines = [`http-request set-var(${target}) ${first}${suffix}`];
  if (second !== undefined) lines.push(`http-request set-var(${target}) ${second} if { var(${target}) -m int lt 0 }`);
  const absent = ABSENT[field];
  // The host is the first field where it is one: what it would have set tells as much, and is asked sooner.
  if (absent !== undefined) lines.push(`http-request set-var(${target}) int(0)${suffix} if ${field === 'host' ? `!{ var(${target}) -m found }` : absent}`);
  if (second !== undefined) lines.push(`http-request set-var(${variable}) var(${target})${rest}`);
  return lines;
}
