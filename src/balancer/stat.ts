// What `show stat` tells about servers.
import type { ServerStat } from '#core/balancer/target-health.ts';

const LAST_STATES = /^(UP|DOWN|DRAIN|MAINT|NOLB|no check)/;

/** Backend → server → what HAProxy sees of it. Reads `show stat -1 4 -1`. */
export function parseStat(text: string): Map<string, Map<string, ServerStat>> {
  const found = new Map<string, Map<string, ServerStat>>();
  let columns: Record<string, number> | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('# pxname')) columns = Object.fromEntries(line.slice(2).split(',').map((name, at) => [name, at]));
    else if (columns !== undefined && line.includes(',')) addServer(found, line.split(','), columns);
  }
  return found;
}

function addServer(found: Map<string, Map<string, ServerStat>>, fields: readonly string[], columns: Readonly<Record<string, number>>): void {
  const text = (name: string): string => fields[columns[name] ?? -1] ?? '';
  const backend = text('pxname');
  const servers = found.get(backend) ?? new Map<string, ServerStat>();
  servers.set(text('svname'), {
    status: LAST_STATES.exec(text('status'))?.[1] ?? text('status'),
    sessions: Number(text('scur')) + Number(text('qcur')),
    checkStatus: text('check_status').replace(/^\* /, ''),
    checkCode: text('check_code'),
    checkDetail: text('last_chk'),
  });
  found.set(backend, servers);
}
