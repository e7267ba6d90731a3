// What our listener is held against: the same work done by HAProxy and nginx as one would configure them by hand, and by an HAProxy
// that only forwards.
//
// The work: requests of 100 rules, every one as often as the others; odd rules ask for host and path, even ones for the path alone.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '#tests/docker/balancer-world.ts';

export const RULES = Array.from({ length: 100 }, (_, at) => {
  const n = at + 1;
  return { priority: n, path: `/service-${n}/`, host: n % 2 === 1 ? `shop-${n}.example.test` : undefined };
});

export interface Peer {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
}

export interface Peers {
  readonly all: readonly Peer[];
  stop(): void;
}

const HEADERS = (port: number): string[] => [
  ' option forwardfor', ' http-request set-header X-Forwarded-Proto http', ` http-request set-header X-Forwarded-Port ${port}`,
  ' unique-id-format Root=1-%{+X}Ts-%{+X}rt%{+X}pid', ' unique-id-header X-Amzn-Trace-Id',
];

/** The fields of an ALB's log line, as far as a log-format has them. */
const LOG = ' log-format "http %tr app/world/1 %ci:%cp %si:%sp %TR %Tr %Td %ST %ST %U %B \\"%HM http://%[capture.req.hdr(0)]%HU %HV\\" \\"%[capture.req.hdr(1)]\\" - - %b \\"%ID\\" \\"-\\" \\"-\\" - %t \\"forward\\" \\"-\\" \\"-\\" \\"%si:%sp\\" \\"%ST\\" \\"-\\" \\"-\\""';

function haproxyConfig(port: number, origin: string, middle: readonly string[]): string {
  return [
    'global', ' log stdout len 4096 format raw local0', 'defaults', ' mode http', ' log global', ' timeout connect 5s', ' timeout client 60s', ' timeout server 60s', ' retry-on conn-failure empty-response',
    'frontend web', ` bind 127.0.0.1:${port}`, ...HEADERS(port), ...middle,
    'backend none', ' http-request return status 404',
    'backend app', ' option httpchk', ` server one ${origin} check`, '',
  ].join('\n');
}

/** One acl for each condition and one use_backend for each rule. */
const RULE_LINES = [
  ' capture request header Host len 256', ' capture request header User-Agent len 256', LOG,
  ...RULES.flatMap(({ priority, path, host }) => [` acl path${priority} path_beg ${path}`, ...(host === undefined ? [] : [` acl host${priority} hdr(host) -i ${host}`])]),
  ...RULES.map(({ priority, host }) => ` use_backend app if path${priority}${host === undefined ? '' : ` host${priority}`}`),
  ' default_backend none',
];

function nginxConfig(folder: string, port: number, origin: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder};`).join(' ');
  const proxy = 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Port $server_port; proxy_set_header X-Amzn-Trace-Id "Root=1-$request_id";';
  const forAll = RULES.filter(({ host }) => host === undefined).map(({ path }) => `location ${path} { proxy_pass http://app; }`).join('\n');
  const server = (name: string, own: string): string => `server { listen 127.0.0.1:${port}; server_name ${name}; ${proxy}\n${own}\n${forAll} location / { return 404; } }`;
  const named = RULES.flatMap(({ host, path }) => (host === undefined ? [] : [server(host, `location ${path} { proxy_pass http://app; }`)]));
  return `daemon off; worker_processes 2; pid ${folder}/nginx.pid; error_log ${folder}/nginx-error.log; events { worker_connections 4096; }
http { ${temporary} server_names_hash_bucket_size 128; keepalive_requests 1000000;
log_format alb 'http $time_iso8601 app/world/1 $remote_addr:$remote_port $upstream_addr $request_time $upstream_response_time $upstream_header_time $status $upstream_status $request_length $bytes_sent "$request_method $scheme://$host:$server_port$request_uri $server_protocol" "$http_user_agent" - - $proxy_host "Root=1-$request_id" "-" "-" - $time_iso8601 "forward" "-" "-" "$upstream_addr" "$upstream_status" "-" "-"';
access_log ${folder}/nginx-access.log alb;
upstream app { server ${origin}; keepalive 128; keepalive_requests 1000000; }
${[server('_', ''), ...named].join('\n')} }`;
}

/** @param nginx path of the program; left out when it is not there */
export async function startPeers(folder: string, origin: string, nginx: string): Promise<Peers> {
  const children: ChildProcess[] = [];
  const start = async (name: string, file: string, config: (port: number) => string, program: string, args: readonly string[]): Promise<Peer> => {
    const port = await freePort();
    writeFileSync(join(folder, file), config(port));
    // Output goes to a file, as our records do; a session of its own, as ours has: Linux shares the processors out among sessions.
    const out = openSync(join(folder, `${file}.log`), 'a');
    const child = spawn(program, args, { stdio: ['ignore', out, out], cwd: folder, detached: true });
    children.push(child);
    process.once('exit', () => child.kill('SIGTERM'));
    return { name, port, pid: child.pid! };
  };
  const all = [
    await start('haproxy.cfg by hand, same work', 'same.cfg', (port) => haproxyConfig(port, origin, RULE_LINES), 'haproxy', ['-f', 'same.cfg', '-db']),
    await start('haproxy.cfg by hand, forwards only', 'bare.cfg', (port) => haproxyConfig(port, origin, [' option httplog', ' default_backend app']).replace(/ retry-on.*\n/, ''), 'haproxy', ['-f', 'bare.cfg', '-db']),
  ];
  if (existsSync(nginx)) all.push(await start('nginx, same work', 'nginx.conf', (port) => nginxConfig(folder, port, origin), nginx, ['-c', join(folder, 'nginx.conf'), '-p', folder]));
  else console.log('nginx is not there: NGINX_PROGRAM=/path/of/nginx');
  return { all, stop: () => children.forEach((child) => child.kill('SIGTERM')) };
}

/** A script for wrk: requests of all rules, one after the other. */
export function wrkScript(): string {
  const requests = RULES.map(({ priority, path, host }) => `  requests[${priority}] = wrk.format("GET", "${path}x", { Host = "${host ?? `shop-${priority}.example.test`}" })`);
  return `local requests = {}\nlocal i = 0\nfunction init(args)\n${requests.join('\n')}\nend\nfunction request()\n  i = i % ${RULES.length} + 1\n  return requests[i]\nend\n`;
}
