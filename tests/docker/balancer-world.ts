// A platform with a load balancer in front of small HTTP servers of this process, and a client that never stops asking.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, createServer, request as httpRequest, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  type CreateTargetGroupCommandInput,
  type LoadBalancer,
  type TargetDescription,
  type TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

export interface TestServer {
  readonly name: string;
  readonly target: TargetDescription;
  /** Requests that were answered, health checks not counted. */
  served: number;
  /** Answers health checks with this status. */
  status: number;
  close(): Promise<void>;
}

export interface BalancerWorld {
  readonly platform: TestPlatform;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly loadBalancer: LoadBalancer;
  /** Where the listener of this port is reached on the host. */
  address(): string;
  readonly port: number;
  readonly folder: string;
  group(name: string, more?: Partial<CreateTargetGroupCommandInput>): Promise<string>;
  listen(actions: object[], port?: number): Promise<string>;
  server(name: string, handle?: RequestListener): Promise<TestServer>;
  register(group: string, ...servers: TestServer[]): Promise<void>;
  deregister(group: string, ...servers: TestServer[]): Promise<void>;
  health(group: string): Promise<(TargetHealth & { port: number })[]>;
  /** Waits until exactly these states are reported, in order of registration. */
  until(group: string, ...states: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** The host's address on Docker's own bridge: a target must not be on loopback. */
export function hostAddress(): string {
  return /inet (\S+)\//.exec(execFileSync('ip', ['-4', 'addr', 'show', 'docker0'], { encoding: 'utf8' }))?.[1] ?? '172.17.0.1';
}

export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function startBalancerWorld(): Promise<BalancerWorld> {
  const platform = await startPlatform();
  const elb = new ElasticLoadBalancingV2Client(platform.sdk);
  const ec2 = new EC2Client(platform.sdk);
  const servers: TestServer[] = [];
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const made = await elb.send(new CreateLoadBalancerCommand({ Name: 'world', Subnets: Subnets!.map((subnet) => subnet.SubnetId!) }));
  const loadBalancer = made.LoadBalancers![0]!;
  const port = await freePort();
  const folder = join(platform.dataDir, 'balancer');
  const health = async (group: string): Promise<(TargetHealth & { port: number })[]> => {
    const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
    return TargetHealthDescriptions!.map((one) => ({ ...one.TargetHealth!, port: one.Target!.Port! }));
  };
  return {
    platform,
    elb,
    loadBalancer,
    port,
    folder,
    address: () => /bind (127\.1\d\d\.\S+|127\.2\d\d\.\S+):/.exec(readFileSync(join(folder, 'current/haproxy.cfg'), 'utf8'))![1]!,
    async group(name, more = {}) {
      const input = { Name: name, Protocol: 'HTTP' as const, Port: 80, VpcId: loadBalancer.VpcId!, TargetType: 'ip' as const, HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2, HealthyThresholdCount: 2, HealthCheckPath: '/health', ...more };
      return (await elb.send(new CreateTargetGroupCommand(input))).TargetGroups![0]!.TargetGroupArn!;
    },
    async listen(actions, at = port) {
      const { Listeners } = await elb.send(new CreateListenerCommand({ LoadBalancerArn: loadBalancer.LoadBalancerArn!, Protocol: 'HTTP', Port: at, DefaultActions: actions as never }));
      return Listeners![0]!.ListenerArn!;
    },
    async server(name, handle) {
      const server = await startServer(name, handle);
      servers.push(server);
      return server;
    },
    async register(group, ...list) {
      await elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: list.map((one) => one.target) }));
    },
    async deregister(group, ...list) {
      await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: list.map((one) => one.target) }));
    },
    health,
    async until(group, ...states) {
      await waitFor(`${states.join()} in ${group}`, async () => (await health(group)).map((one) => one.State).join() === states.join(), { timeoutMs: 20_000 });
    },
    async stop() {
      elb.destroy();
      ec2.destroy();
      await Promise.all(servers.map((server) => server.close()));
      await platform.stop();
    },
  };
}

async function startServer(name: string, handle?: RequestListener): Promise<TestServer> {
  const answer: RequestListener = (req, res) => {
    if (req.url === '/health') return void res.writeHead(self.status).end();
    self.served += 1;
    if (handle !== undefined) return handle(req, res);
    res.end(name);
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, answer).listen(0, hostAddress());
  await new Promise((resolve) => server.once('listening', resolve));
  const self: TestServer = {
    name,
    target: { Id: hostAddress(), Port: (server.address() as AddressInfo).port, AvailabilityZone: 'all' },
    served: 0,
    status: 200,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return self;
}

export interface Load {
  readonly counts: Map<string, number>;
  readonly failures: string[];
  total: number;
  /** Resolves when the last request is answered. */
  stop(): Promise<void>;
}

/** @param keepAlive false: a connection for each request */
export function startLoad(address: () => string, port: number, { connections = 8, keepAlive = true, path = '/' } = {}): Load {
  const load: Load = { counts: new Map(), failures: [], total: 0, stop: async () => {} };
  const agent = new Agent({ keepAlive, maxSockets: connections });
  let stopped = false;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      load.total += 1;
      const answer = await ask(address(), port, path, agent).catch((error: Error) => error.message);
      if (answer.startsWith('200 ')) load.counts.set(answer.slice(4), (load.counts.get(answer.slice(4)) ?? 0) + 1);
      else load.failures.push(answer);
    }
  };
  const loops = Array.from({ length: connections }, loop);
  load.stop = async () => {
    stopped = true;
    await Promise.all(loops);
    agent.destroy();
  };
  return load;
}

/** `<status> <body>` */
export function ask(address: string, port: number, path: string, agent?: Agent, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const req = httpRequest({ host: address, port, path, headers, ...(agent === undefined ? { agent: false } : { agent }) }, (res) => {
      let body = '';
      res.on('data', (chunk) => (body += chunk));
      res.on('end', () => resolve(`${res.statusCode} ${body}`));
      res.on('error', reject);
    });
    req.on('error', reject).end();
  });
}
