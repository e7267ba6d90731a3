// One line per request as Application Load Balancers write it to S3 ("Access logs for your Application Load Balancer"), and per
// connection as Network Load Balancers do. Fields that HAProxy cannot know are `-`, as there.
import type { ListenerInput, MapEntry } from './input.ts';
import { loadBalancerPath, shortId } from './names.ts';
import { priorityEntries } from './render-rules.ts';

export function isLogged(input: ListenerInput): boolean {
  return input.loadBalancer.attributes['access_logs.s3.enabled'] === 'true';
}

/** Lines for the end of the frontend's rules, and the map that tells the priority of the rule that matched. */
export function renderAccessLog(input: ListenerInput): { readonly lines: string[]; readonly maps: ReadonlyMap<string, readonly MapEntry[]> } {
  const id = shortId(input.listener.arn);
  const priorities = priorityEntries(input.rules);
  // What is gone when the line is written, and maps: HAProxy finds their files only while it reads rules.
  const lines = [
    'log global',
    'http-request set-var(txn.at) date',
    'http-request set-var(txn.us) date_us',
    'http-request set-var(txn.method) method',
    'http-request set-var(txn.host) req.hdr(host),host_only',
    'http-request set-var(txn.uri) pathq',
    'http-request set-var(txn.agent) req.fhdr(user-agent)',
    'http-request set-var(txn.trace) req.hdr(x-amzn-trace-id)',
    'http-request set-var(txn.answer) str(forward)',
    'http-request set-var(txn.priority) str(0)',
    ...priorities.map((_, word) => `http-request set-var(txn.priority) var(txn.win${word}),map_str(maps/${id}-priority${word}) if { var(txn.win${word}) -m int gt 0 }`),
    ...(input.listener.protocol === 'HTTPS' ? ['http-request set-var(txn.type) str(h2) if { fc_http_major 2 }', 'http-request set-var(txn.type) str(https) unless { fc_http_major 2 }'] : []),
    `log-format "${httpFormat(input)}"`,
  ];
  return { lines, maps: new Map(priorities.map((entries, word) => [`${id}-priority${word}`, entries])) };
}

/** Lines of a group's backend. */
export function groupLogLines(groupArn: string): string[] {
  return [`http-request set-var(txn.group) str(${groupArn})`];
}

const TIME = '%[date,utime(%Y-%m-%dT%H:%M:%S)].%[date_us,add(1000000),field(1,.),bytes(1,6)]Z';

function httpFormat({ loadBalancer, listener }: ListenerInput): string {
  const secure = listener.protocol === 'HTTPS';
  const scheme = secure ? 'https' : 'http';
  const fields = [
    secure ? '%[var(txn.type)]' : 'http',
    TIME,
    loadBalancerPath(loadBalancer.arn),
    '%ci:%cp',
    '%si:%sp',
    // Until the request was sent, until the answer began, until it was passed on. In milliseconds, where ALB writes seconds: HAProxy
    // 2.6 has no other unit, and who ships the file can divide.
    '%TR %Tr %Td',
    '%ST %ST %U %B',
    `\\"%[var(txn.method)] ${scheme}://%[var(txn.host)]:${listener.port}%[var(txn.uri)] %HV\\"`,
    '\\"%[var(txn.agent)]\\"',
    secure ? '%sslc %sslv' : '- -',
    '%[var(txn.group)]',
    '\\"%[var(txn.trace)]\\"',
    secure ? '\\"%[ssl_fc_sni]\\" \\"-\\"' : '\\"-\\" \\"-\\"',
    '%[var(txn.priority)]',
    '%[var(txn.at),utime(%Y-%m-%dT%H:%M:%S)].%[var(txn.us),add(1000000),field(1,.),bytes(1,6)]Z',
    '\\"%[var(txn.answer)]\\"',
    '\\"-\\" \\"-\\"',
    '\\"%si:%sp\\" \\"%ST\\" \\"-\\" \\"-\\" \\"-\\"',
  ];
  return fields.join(' ');
}
