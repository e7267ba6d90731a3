// Load balancing: requests per second through a listener with ALB headers, access log and 100 rules beside HAProxy and nginx configured
// by hand (bench/support/balancer-peers.ts); RegisterTargets until the first request; targets and reloads under load.
//   node bench/balancer.ts [seconds=5] [cycles=1000]      0 leaves a part out
// Needs wrk, and nginx for its part (NGINX_PROGRAM=path of the program).
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateRuleCommand, DeleteRuleCommand, ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { systemClock } from '#base/system/clock.ts';
import { haproxyProcess } from '#balancer/haproxy-process.ts';
import { freePort, hostAddress, startBalancerWorld, startLoad, type BalancerWorld, type TestServer } from '#tests/docker/balancer-world.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { RULES, startPeers, wrkScript } from './support/balancer-peers.ts';
import { cpuTimeUs, ownCpuTimeUs } from './support/cpu-time.ts';

const seconds = Number(process.argv[2] ?? 5);
const cycles = Number(process.argv[3] ?? 1000);
const nginx = process.env['NGINX_PROGRAM'] ?? '/usr/sbin/nginx';
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
const children: ChildProcess[] = [];

/** The fastest server at hand: HAProxy that answers by itself. */
async function startOrigin(): Promise<{ host: string; port: number }> {
  const port = await freePort();
  const host = hostAddress();
  writeFileSync(join(folder, 'origin.cfg'), ['global', ' nbthread 1', 'defaults', ' mode http', ' timeout client 600s', 'frontend origin', ` bind ${host}:${port}`, ' http-request return status 200 content-type text/plain string "hello from the origin, a hundred bytes or so, as small answers of an API often are"', ''].join('\n'));
  const child = spawn('haproxy', ['-f', 'origin.cfg', '-db'], { stdio: 'ignore', cwd: folder, detached: true });
  children.push(child);
  process.once('exit', () => child.kill('SIGTERM'));
  return { host, port };
}

interface Measured {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly cpuUs: number;
}

interface Proxy {
  readonly name: string;
  readonly url: string;
  readonly pids: () => readonly number[] | Promise<readonly number[]>;
}

async function wrk({ url, pids }: Proxy): Promise<Measured> {
  const own = await pids();
  const before = cpuTimeUs(...own);
  const { stdout } = await run('wrk', ['-t1', '-c32', `-d${seconds}s`, '--latency', '-s', join(folder, 'requests.lua'), url]);
  const cpuUs = cpuTimeUs(...own) - before;
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  const p99 = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout)!;
  const count = Number(/(\d+) requests in/.exec(stdout)![1]);
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]), p99Ms: Number(p99[1]) * { us: 0.001, ms: 1, s: 1000 }[p99[2] as 'us' | 'ms' | 's'], cpuUs: cpuUs / count };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const quantile = (values: readonly number[], q: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]!;

/** Ours, theirs, theirs, ours: what drifts meets both alike. */
async function compare(ours: Proxy, theirs: Proxy): Promise<void> {
  const [mine, peers, ratios, slower, cheaper]: [Measured[], Measured[], number[], number[], number[]] = [[], [], [], [], []];
  for (let round = 0; round < 3; round++) {
    const [a, b, c, d] = [await wrk(ours), await wrk(theirs), await wrk(theirs), await wrk(ours)];
    mine.push(a, d);
    peers.push(b, c);
    ratios.push((a.perSecond + d.perSecond) / (b.perSecond + c.perSecond));
    slower.push((a.p99Ms + d.p99Ms) / (b.p99Ms + c.p99Ms));
    cheaper.push((a.cpuUs + d.cpuUs) / (b.cpuUs + c.cpuUs));
  }
  const show = (list: readonly Measured[]): string => `${median(list.map((one) => one.perSecond)).toFixed(0)}/s, p99 ${median(list.map((one) => one.p99Ms)).toFixed(2)} ms, ${median(list.map((one) => one.cpuUs)).toFixed(1)} us of CPU`;
  console.log(`ours ${show(mine)}; ${theirs.name}: ${show(peers)}; requests ${median(ratios).toFixed(3)}×, p99 ${median(slower).toFixed(2)}×, CPU ${median(cheaper).toFixed(2)}×`);
}

/** Microseconds of CPU a request of all that the control plane does, from having nothing to do until it has nothing to do again. */
async function logCost(world: BalancerWorld, ours: Proxy): Promise<number> {
  const used = (): number => ownCpuTimeUs(world.platform.serverPid());
  const idle = async (): Promise<number> => {
    for (let before = used(); ; before = used()) {
      await setTimeout(1_000);
      if (used() - before < 50_000) return used();
    }
  };
  const before = await idle();
  const { perSecond } = await wrk(ours);
  return ((await idle()) - before) / (perSecond * seconds);
}

async function throughput(world: BalancerWorld): Promise<void> {
  const origin = await startOrigin();
  const group = await world.group('origin', { HealthCheckPath: '/' });
  const listener = await world.listen([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }]);
  const named = { name: 'origin', target: { Id: origin.host, Port: origin.port, AvailabilityZone: 'all' }, served: 0, status: 200, close: async () => {} };
  const rule = (priority: number, Conditions: object[]): Promise<unknown> =>
    world.elb.send(new CreateRuleCommand({ ListenerArn: listener, Priority: priority, Conditions: Conditions as never, Actions: [{ Type: 'forward', TargetGroupArn: group }] }));
  for (const { priority, path, host } of RULES) {
    await rule(priority, [{ Field: 'path-pattern', Values: [`${path}*`] }, ...(host === undefined ? [] : [{ Field: 'host-header', Values: [host] }])]);
  }
  await world.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: world.loadBalancer.LoadBalancerArn!, Attributes: [{ Key: 'access_logs.s3.enabled', Value: 'true' }, { Key: 'access_logs.s3.bucket', Value: 'logs' }] }));
  await world.register(group, named);
  await world.until(group, 'healthy');
  writeFileSync(join(folder, 'requests.lua'), wrkScript());
  const peers = await startPeers(folder, `${origin.host}:${origin.port}`, nginx);
  const haproxy = haproxyProcess(world.folder, systemClock);
  const ours: Proxy = { name: 'ours', url: `http://${world.address()}:${world.port}/`, pids: async () => (await haproxy.workers()).map((worker) => worker.pid) };
  try {
    for (const url of [ours.url, ...peers.all.map(({ port }) => `http://127.0.0.1:${port}/`)]) await waitFor('it answers', async () => (await fetch(`${url}service-100/x`)).ok);
    console.log(`throughput: wrk, 32 connections, ${seconds} s a run, all of 100 rules in turn; ours with ALB headers and access log`);
    for (const { name, port, pid } of peers.all) await compare(ours, { name, url: `http://127.0.0.1:${port}/`, pids: () => [pid] });
    console.log(`the control plane, which makes access logs of HAProxy's records: ${(await logCost(world, ours)).toFixed(1)} us of CPU a request, beside it and after`);
  } finally {
    peers.stop();
  }
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
  const [took, answered]: [number[], number[]] = [[], []];
  for (let i = 0; i < cycles; i++) {
    const server = pool[i % pool.length]!;
    server.served = 0;
    const begun = performance.now();
    await world.register(group, server);
    answered.push(performance.now() - begun);
    await waitFor('first request', () => server.served > 0, { intervalMs: 1 });
    took.push(performance.now() - begun);
    await world.deregister(group, server);
    await waitFor('gone', async () => (await world.health(group)).length === 1, { intervalMs: 5 });
  }
  for (const load of loads) await load.stop();
  const failed = loads.flatMap((load) => load.failures);
  console.log(`RegisterTargets → first request, under load: p50 ${median(took).toFixed(1)} ms, p99 ${quantile(took, 0.99).toFixed(1)} ms (at most 100); of it until the answer of RegisterTargets p50 ${median(answered).toFixed(1)} ms, p99 ${quantile(answered, 0.99).toFixed(1)} ms`);
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
  if (seconds > 0) await throughput(world);
  if (cycles > 0) await registrations(world);
  await reloads(world);
} finally {
  for (const child of children) child.kill('SIGTERM');
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
}
