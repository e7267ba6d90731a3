// Rules as classes of requests, in HAProxy's words: each field adds the number of its class, and the sum of them names the rule.
import type { MapEntry } from './input.ts';
import { NO_OUTCOME } from './render-outcomes.ts';
import type { ClassField, RuleClasses } from './rule-classes.ts';
import type { Field, Match } from './rule-index.ts';

/** A field of a request, and how a map is asked for it. */
export const FETCH: Readonly<Record<Field, string>> = { host: 'req.hdr(host),host_only,lower', path: 'path', method: 'method', source: 'src' };
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
  const lines =
    second === undefined
      ? [`http-request set-var(${variable}) ${first}${rest}`]
      : [`http-request set-var(req.c) ${first}`, `http-request set-var(req.c) ${second} if { var(req.c) -m int lt 0 }`, `http-request set-var(${variable}) var(req.c)${rest}`];
  // In HTTP/1.0 the host may be missing: such a request satisfies no condition on it. The host is the first field where it is one.
  if (field === 'host') lines.push(`http-request set-var(${variable}) int(0)${rest} if !{ var(${variable}) -m found }`);
  return lines;
}
