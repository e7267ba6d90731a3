// One line per request as Application Load Balancers write it to S3 ("Access logs for your Application Load Balancer"), and per
// connection as Network Load Balancers do. Fields that HAProxy cannot know are `-`, as there.
import type { ListenerInput, MapEntry } from './input.ts';
import { groupBackend, loadBalancerPath, shortId } from './names.ts';
import { priorityEntries } from './render-rules.ts';

/** Which group a backend is, for the log. */
export const GROUPS_MAP = 'groups';

export function isLogged(input: ListenerInput): boolean {
  return input.loadBalancer.attributes['access_logs.s3.enabled'] === 'true';
}

/** Lines of the frontend, and the map that tells the priority of the rule that matched. */
export function renderAccessLog(input: ListenerInput): { readonly lines: string[]; readonly maps: ReadonlyMap<string, readonly MapEntry[]> } {
  const id = shortId(input.listener.arn);
  const maps = new Map([[`${id}-priority`, priorityEntries(input.rules)]]);
  return { lines: ['log global', `log-format "${httpFormat(input, `maps/${id}-priority`)}"`], maps };
}

/** `<backend> <target group ARN>` of every group and its open twin. */
export function groupEntries(groupArns: readonly string[]): MapEntry[] {
  return groupArns.flatMap((arn) => [[groupBackend(arn), arn], [`${groupBackend(arn)}-open`, arn]] as MapEntry[]);
}

const TIME = '%[date,utime(%Y-%m-%dT%H:%M:%S)].%[date_us,add(1000000),bytes(1,6)]Z';

function httpFormat({ loadBalancer, listener }: ListenerInput, priorities: string): string {
  const secure = listener.protocol === 'HTTPS';
  const scheme = secure ? 'https' : 'http';
  const fields = [
    secure ? '%[fc_http_major,map_str(maps/log-type,https)]' : 'http',
    TIME,
    loadBalancerPath(loadBalancer.arn),
    '%ci:%cp',
    '%si:%sp',
    // Seconds, as three numbers: until the request was sent, until the answer began, until it was passed on.
    '%[var(txn.none)]%TR %Tr %Td'.replace('%[var(txn.none)]', ''),
    '%ST %ST %U %B',
    `\\"%[var(txn.method)] ${scheme}://%[var(txn.host)]:${listener.port}%[var(txn.uri)] %HV\\"`,
    '\\"%[var(txn.agent)]\\"',
    secure ? '%sslc %sslv' : '- -',
    `%[be_name,map_str(maps/${GROUPS_MAP},-)]`,
    '\\"%[var(txn.trace)]\\"',
    secure ? '\\"%[ssl_fc_sni]\\" \\"-\\"' : '\\"-\\" \\"-\\"',
    `%[var(txn.win),map_str(${priorities},0)]`,
    '%[accept_date,utime(%Y-%m-%dT%H:%M:%S)].%[accept_date(ms),mod(1000),add(1000),bytes(1,3)]000Z',
    '\\"%[var(txn.answer)]\\"',
    '\\"-\\" \\"-\\"',
    '\\"%si:%sp\\" \\"%ST\\" \\"-\\" \\"-\\" \\"-\\"',
  ];
  return fields.join(' ');
}
