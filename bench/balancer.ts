// Load balancing: requests per second through a listener with ALB headers, access log and 100 rules beside a hand-written haproxy.cfg
// and nginx; RegisterTargets until the first request; targets and reloads under load.
//   node bench/balancer.ts [seconds=5] [cycles=1000]
// Needs wrk, and nginx for its part (NGINX_PROGRAM=path of the program).
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateRuleCommand, DeleteRuleCommand, ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { freePort, hostAddress, startBalancerWorld, startLoad, type BalancerWorld, type TestServer } from '#tests/docker/balancer-world.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const seconds = Number(process.argv[2] ?? 5);
const cycles = Number(process.argv[3] ?? 1000);
const nginx = process.env['NGINX_PROGRAM'] ?? '/usr/sbin/nginx';
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
const children: ChildProcess[] = [];

/** Output goes to a file, as our access log does. */
function start(name: string, program: string, args: readonly string[]): void {
  const out = openSync(join(folder, `${name}.log`), 'a');
  children.push(spawn(program, args, { stdio: ['ignore', out, out], cwd: folder }));
}

async function startPeers(origin: string): Promise<{ haproxy: number; nginx: number | undefined }> {
  const [haproxyPort, nginxPort] = [await freePort(), await freePort()];
  const lines = ['global', ' log stdout format raw local0', 'defaults', ' mode http', ' log global', ' option httplog', ' timeout connect 5s', ' timeout client 60s', ' timeout server 60s',
    'frontend web', ` bind 127.0.0.1:${haproxyPort}`, ' option forwardfor', ' http-request set-header X-Forwarded-Proto http', ` http-request set-header X-Forwarded-Port ${haproxyPort}`,
    ' unique-id-format Root=1-%{+X}Ts-%{+X}rt%{+X}pid', ' unique-id-header X-Amzn-Trace-Id', ' default_backend app', 'backend app', ' option httpchk', ` server one ${origin} check`, ''];
  writeFileSync(join(folder, 'peer.cfg'), lines.join('\n'));
  start('haproxy', 'haproxy', ['-f', 'peer.cfg', '-db']);
  if (!existsSync(nginx)) return { haproxy: haproxyPort, nginx: undefined };
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const config = `daemon off; worker_processes 2; pid ${folder}/nginx.pid; error_log ${folder}/nginx-error.log; events { worker_connections 4096; }
http { access_log ${folder}/nginx-access.log; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
keepalive_requests 1000000; upstream app { server ${origin}; keepalive 128; keepalive_requests 1000000; }
server { listen 127.0.0.1:${nginxPort}; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Port $server_port; proxy_set_header X-Amzn-Trace-Id "Root=1-$request_id"; } } }`;
  writeFileSync(join(folder, 'nginx.conf'), config);
  start('nginx', nginx, ['-c', join(folder, 'nginx.conf'), '-p', folder]);
  return { haproxy: haproxyPort, nginx: nginxPort };
}

/** The fastest server at hand: HAProxy that answers by itself. */
async function startOrigin(): Promise<{ host: string; port: number }> {
  const port = await freePort();
  const host = hostAddress();
  writeFileSync(join(folder, 'origin.cfg'), ['defaults', ' mode http', ' timeout client 600s', 'frontend origin', ` bind ${host}:${port}`, ' http-request return status 200 content-type text/plain string "hello from the origin, a hundred bytes or so, as small answers of an API often are"', ''].join('\n'));
  start('origin', 'haproxy', ['-f', 'origin.cfg', '-db']);
  return { host, port };
}

interface Measured {
  readonly perSecond: number;
  readonly p99Ms: number;
}

async function wrk(url: string, host = 'shop-1.example.test'): Promise<Measured> {
  const { stdout } = await run('wrk', ['-t1', '-c32', `-d${seconds}s`, '--latency', '-H', `Host: ${host}`, url]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  const p99 = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout)!;
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]), p99Ms: Number(p99[1]) * { us: 0.001, ms: 1, s: 1000 }[p99[2] as 'us' | 'ms' | 's'] };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const quantile = (values: readonly number[], q: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]!;

/** Ours, theirs, theirs, ours: what drifts meets both alike. */
async function compare(ours: string, theirs: string, name: string): Promise<void> {
  const ratios: number[] = [];
  const slower: number[] = [];
  const [mine, peers]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < 3; round++) {
    const [a, b, c, d] = [await wrk(ours), await wrk(theirs), await wrk(theirs), await wrk(ours)];
    mine.push(a, d);
    peers.push(b, c);
    ratios.push((a.perSecond + d.perSecond) / (b.perSecond + c.perSecond));
    slower.push((a.p99Ms + d.p99Ms) / (b.p99Ms + c.p99Ms));
  }
  const show = (list: readonly Measured[]): string => `${median(list.map((one) => one.perSecond)).toFixed(0)}/s, p99 ${median(list.map((one) => one.p99Ms)).toFixed(2)} ms`;
  console.log(`ours ${show(mine)}; ${name} ${show(peers)}; ratio ${median(ratios).toFixed(3)}×, p99 ${median(slower).toFixed(2)}×`);
}

async function throughput(world: BalancerWorld): Promise<void> {
  const origin = await startOrigin();
  const group = await world.group('origin', { HealthCheckPath: '/' });
  const listener = await world.listen([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }]);
  const named = { name: 'origin', target: { Id: origin.host, Port: origin.port, AvailabilityZone: 'all' }, served: 0, status: 200, close: async () => {} };
  const rule = (priority: number, Conditions: object[]): Promise<unknown> =>
    world.elb.send(new CreateRuleCommand({ ListenerArn: listener, Priority: priority, Conditions: Conditions as never, Actions: [{ Type: 'forward', TargetGroupArn: group }] }));
  for (let i = 1; i <= 100; i++) {
    const path = { Field: 'path-pattern', Values: [`/service-${i}/*`] };
    await rule(i, i % 2 === 0 ? [path] : [path, { Field: 'host-header', Values: [`shop-${i}.example.test`] }]);
  }
  await world.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: world.loadBalancer.LoadBalancerArn!, Attributes: [{ Key: 'access_logs.s3.enabled', Value: 'true' }, { Key: 'access_logs.s3.bucket', Value: 'logs' }] }));
  await world.register(group, named);
  await world.until(group, 'healthy');
  const peers = await startPeers(`${origin.host}:${origin.port}`);
  const ours = `http://${world.address()}:${world.port}/service-100/x`;
  await waitFor('all answer', async () => (await fetch(ours)).ok && (await fetch(`http://127.0.0.1:${peers.haproxy}/`)).ok);
  console.log(`throughput: wrk, 32 connections, ${seconds} s a run; ours with ALB headers, access log and 100 rules (the last one wins)`);
  await compare(ours, `http://127.0.0.1:${peers.haproxy}/service-100/x`, 'haproxy.cfg by hand');
  if (peers.nginx === undefined) console.log('nginx is not there: NGINX_PROGRAM=/path/of/nginx');
  else await compare(ours, `http://127.0.0.1:${peers.nginx}/service-100/x`, 'nginx');
}

async function registrations(world: BalancerWorld): Promise<void> {
  const port = await freePort();
  const group = await world.group('churn');
  await world.listen([{ Type: 'forward', TargetGroupArn: group }], port);
  const pool: TestServer[] = [];
  for (let i = 0; i < 6; i++) pool.push(await world.server(`pool-${i}`));
  const base = await world.server('base');
  await world.register(group, base);
  await world.until(group, 'healthy');
  const loads = [startLoad(() => world.address(), port, { connections: 6 }), startLoad(() => world.address(), port, { connections: 2, keepAlive: false })];
  const took: number[] = [];
  for (let i = 0; i < cycles; i++) {
    const server = pool[i % pool.length]!;
    server.served = 0;
    const begun = performance.now();
    await world.register(group, server);
    await waitFor('first request', () => server.served > 0, { intervalMs: 1 });
    took.push(performance.now() - begun);
    await world.deregister(group, server);
    await waitFor('gone', async () => (await world.health(group)).length === 1, { intervalMs: 5 });
  }
  for (const load of loads) await load.stop();
  const failed = loads.flatMap((load) => load.failures);
  console.log(`RegisterTargets → first request, under load: p50 ${median(took).toFixed(1)} ms, p99 ${quantile(took, 0.99).toFixed(1)} ms (at most 100)`);
  console.log(`${cycles} register/deregister cycles: ${failed.length} failed of ${loads.reduce((sum, load) => sum + load.total, 0)} requests`, failed.slice(0, 3));
}

async function reloads(world: BalancerWorld): Promise<void> {
  const port = await freePort();
  const group = await world.group('reload');
  const listener = await world.listen([{ Type: 'forward', TargetGroupArn: group }], port);
  const server = await world.server('steady');
  await world.register(group, server);
  await world.until(group, 'healthy');
  const loads = [startLoad(() => world.address(), port, { connections: 6 }), startLoad(() => world.address(), port, { connections: 2, keepAlive: false })];
  for (let i = 0; i < 30; i++) {
    const Actions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '200', MessageBody: `${i}` } }];
    const { Rules } = await world.elb.send(new CreateRuleCommand({ ListenerArn: listener, Priority: 1, Conditions: [{ Field: 'path-pattern', Values: ['/rule'] }], Actions }));
    await waitFor('the rule answers', async () => (await (await fetch(`http://${world.address()}:${port}/rule`)).text()) === `${i}`, { intervalMs: 5 });
    await world.elb.send(new DeleteRuleCommand({ RuleArn: Rules![0]!.RuleArn! }));
  }
  for (const load of loads) await load.stop();
  const failed = loads.flatMap((load) => load.failures);
  console.log(`60 reloads: ${failed.length} failed of ${loads.reduce((sum, load) => sum + load.total, 0)} requests`, failed.slice(0, 3));
}

const world = await startBalancerWorld();
try {
  await throughput(world);
  await registrations(world);
  await reloads(world);
} finally {
  for (const child of children) child.kill('SIGTERM');
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
}
