// What an Application and a Network Load Balancer promise, one by one, through a real HAProxy: stickiness, slow start, weights,
// headers, answers of its own, certificates, access logs, the address in the VPC.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { ACMClient, ImportCertificateCommand } from '@aws-sdk/client-acm';
import { DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyListenerAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  type Action,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { waitFor } from '#tests/support/wait-for.ts';
import { freePort, startBalancerWorld, type BalancerWorld, type TestServer } from './balancer-world.ts';

let world: BalancerWorld;
let acm: ACMClient;
let listener: string;
let priority = 0;

before(async () => {
  world = await startBalancerWorld();
  acm = new ACMClient(world.platform.sdk);
  listener = await world.listen([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'no rule' } }]);
});
after(async () => {
  acm.destroy();
  await world.stop();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function ask(path: string, { headers = {}, method = 'GET', address = world.address() }: { headers?: Record<string, string>; method?: string; address?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = httpRequest({ host: address, port: world.port, path, method, headers, agent: false }, (res) => {
      let body = '';
      res.on('data', (chunk) => (body += chunk));
      res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers, body }));
    });
    req.on('error', reject).end();
  });
}

const cookiesOf = ({ headers }: Answer): Map<string, string> => new Map((headers['set-cookie'] ?? []).map((line) => [line.split('=')[0]!, line.slice(line.indexOf('=') + 1).split(';')[0]!]));
const cookieHeader = (cookies: ReadonlyMap<string, string>): Record<string, string> => ({ cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') });

async function rule(path: string, action: Action, more: RuleCondition[] = []): Promise<number> {
  const Conditions = [{ Field: 'path-pattern', Values: [path] }, ...more];
  await world.elb.send(new CreateRuleCommand({ ListenerArn: listener, Priority: ++priority, Conditions, Actions: [action] }));
  return priority;
}

const forward = (...groups: (readonly [string, number])[]): Action => ({ Type: 'forward', ForwardConfig: { TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) } });

/** A group behind a path of its own, with its targets. */
async function served(name: string, attributes: Record<string, string>, ...servers: TestServer[]): Promise<string> {
  const group = await world.group(name);
  const Attributes = Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
  if (Attributes.length > 0) await world.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: group, Attributes }));
  await rule(`/${name}*`, forward([group, 1]));
  await world.register(group, ...servers);
  await world.until(group, ...servers.map(() => 'healthy'));
  await waitFor('the rule counts', async () => (await ask(`/${name}`)).status !== 404);
  return group;
}

test('lb_cookie: a client stays with its target, and goes to another when that one leaves', async () => {
  const servers = [await world.server('one'), await world.server('two'), await world.server('three')];
  const group = await served('sticky', { 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie', 'stickiness.lb_cookie.duration_seconds': '600' }, ...servers);
  const first = await ask('/sticky');
  const cookies = cookiesOf(first);
  assert.deepEqual([...cookies.keys()], ['AWSALB', 'AWSALBCORS']);
  assert.match(first.headers['set-cookie']![0]!, /; Max-Age=600; Path=\/$/);
  assert.match(first.headers['set-cookie']![1]!, /; Max-Age=600; Path=\/; SameSite=None; Secure$/);
  for (let i = 0; i < 12; i++) assert.equal((await ask('/sticky', { headers: cookieHeader(cookies) })).body, first.body);
  const cross = new Map([['AWSALBCORS', cookies.get('AWSALBCORS')!]]);
  for (let i = 0; i < 6; i++) assert.equal((await ask('/sticky', { headers: cookieHeader(cross) })).body, first.body);
  const left = servers.find((server) => server.name === first.body)!;
  await world.deregister(group, left);
  await waitFor('it is gone', async () => (await world.health(group)).length === 2);
  const next = await ask('/sticky', { headers: cookieHeader(cookies) });
  assert.notEqual(next.body, first.body);
  for (let i = 0; i < 8; i++) assert.equal((await ask('/sticky', { headers: cookieHeader(cookiesOf(next)) })).body, next.body);
  assert.equal((await ask('/sticky', { headers: { cookie: 'AWSALB=!!not base64' } })).status, 200);
});

test('app_cookie: stickiness begins with the application\'s own cookie', async () => {
  // Any token of HTTP may be its name.
  const session = "SE'S$S#ION";
  const app = (name: string): Promise<TestServer> => world.server(name, (req, res) => res.writeHead(200, req.url!.endsWith('in') ? { 'set-cookie': `${session}=42` } : {}).end(name));
  await served('apps', { 'stickiness.enabled': 'true', 'stickiness.type': 'app_cookie', 'stickiness.app_cookie.cookie_name': session, 'stickiness.app_cookie.duration_seconds': '60' }, await app('a'), await app('b'));
  const free = [];
  for (let i = 0; i < 4; i++) free.push(await ask('/apps'));
  assert.ok(free.every((one) => one.headers['set-cookie'] === undefined), 'no cookie of the application, none of ours');
  assert.equal(new Set(free.map((one) => one.body)).size, 2);
  const signedIn = await ask('/apps/in');
  const cookies = cookiesOf(signedIn);
  assert.deepEqual([...cookies.keys()].sort(), ['AWSALBAPP-0', session]);
  for (let i = 0; i < 8; i++) assert.equal((await ask('/apps', { headers: cookieHeader(cookies) })).body, signedIn.body);
});

test('slow start: a new target gets little at first, and more with time', async () => {
  const [old, young] = [await world.server('old'), await world.server('young')];
  const group = await served('slow', { 'slow_start.duration_seconds': '30' }, old);
  await world.register(group, young);
  await waitFor('it serves', async () => (await ask('/slow')).body === 'young' || young.served > 0);
  const [before, beforeOld] = [young.served, old.served];
  for (let i = 0; i < 60; i++) await ask('/slow');
  const share = (young.served - before) / (young.served - before + old.served - beforeOld);
  assert.ok(share < 0.2, `${share} of the requests just after it came`);
  await waitFor('a larger share', async () => {
    const [from, fromOld] = [young.served, old.served];
    for (let i = 0; i < 40; i++) await ask('/slow');
    return (young.served - from) / (young.served - from + old.served - fromOld) > 0.3;
  }, { timeoutMs: 60_000, intervalMs: 1_000 });
});

test('weights share requests out, and a sticky forward keeps a client in its group', async () => {
  const [blue, green] = [await world.server('blue'), await world.server('green')];
  const [blues, greens] = [await served('blue', {}, blue), await served('green', {}, green)];
  await rule('/mixed*', { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: blues, Weight: 3 }, { TargetGroupArn: greens, Weight: 1 }], TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 300 } } });
  await waitFor('the rule counts', async () => (await ask('/mixed')).status === 200);
  const answers = [];
  for (let i = 0; i < 200; i++) answers.push(await ask('/mixed'));
  const share = answers.filter((one) => one.body === 'blue').length / answers.length;
  assert.ok(share > 0.6 && share < 0.9, `${share} of 0.75`);
  for (const name of ['blue', 'green']) {
    const cookies = cookiesOf(answers.find((one) => one.body === name)!);
    assert.deepEqual([...cookies.keys()], ['AWSALBTG', 'AWSALBTGCORS']);
    for (let i = 0; i < 10; i++) assert.equal((await ask('/mixed', { headers: cookieHeader(cookies) })).body, name);
  }
});

test('redirects and fixed responses, and a method that is refused', async () => {
  await rule('/go/*', { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', Host: 'www.#{host}', Path: '/new/#{path}', Query: '#{query}', StatusCode: 'HTTP_301' } });
  await rule('/here', { Type: 'redirect', RedirectConfig: { Path: '/there', Query: '', StatusCode: 'HTTP_302' } });
  await rule('/json', { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503', ContentType: 'application/json', MessageBody: '{"a": "50% \\"b\\" $c #d"}' } });
  await rule('/empty', { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '204' } });
  await waitFor('the rules count', async () => (await ask('/empty')).status === 204);
  const moved = await ask('/go/a/b?x=1&y=2', { headers: { host: 'shop.test' } });
  assert.deepEqual([moved.status, moved.headers.location], [301, 'https://www.shop.test:443/new/go/a/b?x=1&y=2']);
  const bare = await ask('/go/a', { headers: { host: 'shop.test:99' } });
  assert.equal(bare.headers.location, 'https://www.shop.test:443/new/go/a');
  const here = await ask('/here?gone=1', { headers: { host: 'shop.test' }, method: 'POST' });
  assert.deepEqual([here.status, here.headers.location], [302, `http://shop.test:${world.port}/there`]);
  const json = await ask('/json');
  assert.deepEqual([json.status, json.headers['content-type'], json.body], [503, 'application/json', '{"a": "50% \\"b\\" $c #d"}']);
  const none = await ask('/nothing');
  assert.deepEqual([none.status, none.headers['content-type'], none.body], [404, 'text/plain', 'no rule']);
  assert.equal((await ask('/empty')).headers['content-type'], undefined);
  const traced = await ask('/json', { method: 'TRACE' });
  assert.deepEqual([traced.status, traced.headers.server], [405, 'awselb/2.0']);
});

test('headers of the hop: added, preserved, removed, and the client\'s port', async () => {
  const echo = await world.server('echo', (req, res) => res.end(JSON.stringify(req.headers)));
  await served('echo', {}, echo);
  const headersFor = async (headers: Record<string, string> = {}): Promise<Record<string, string>> => JSON.parse((await ask('/echo', { headers })).body);
  const set = (Key: string, Value: string): Promise<unknown> => world.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: world.loadBalancer.LoadBalancerArn!, Attributes: [{ Key, Value }] }));
  const plain = await headersFor({ 'x-forwarded-for': '9.9.9.9' });
  assert.match(plain['x-forwarded-for']!, /^9\.9\.9\.9, 127\.\d+\.\d+\.\d+$/);
  assert.deepEqual([plain['x-forwarded-proto'], plain['x-forwarded-port']], ['http', String(world.port)]);
  assert.match(plain['x-amzn-trace-id']!, /^Root=1-[0-9A-F]{8}-[0-9A-F]{24}$/);
  assert.match((await headersFor({ 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1' }))['x-amzn-trace-id']!, /^Self=1-[0-9A-F]{8}-[0-9A-F]{24};Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1$/);
  await set('routing.http.xff_client_port.enabled', 'true');
  await waitFor('the port is told', async () => /^127\.\d+\.\d+\.\d+:\d+$/.test((await headersFor())['x-forwarded-for'] ?? ''));
  await set('routing.http.xff_client_port.enabled', 'false');
  await set('routing.http.xff_header_processing.mode', 'preserve');
  await waitFor('it is as it came', async () => (await headersFor({ 'x-forwarded-for': '9.9.9.9' }))['x-forwarded-for'] === '9.9.9.9');
  await set('routing.http.xff_header_processing.mode', 'remove');
  await waitFor('it is gone', async () => (await headersFor({ 'x-forwarded-for': '9.9.9.9' }))['x-forwarded-for'] === undefined);
  await set('routing.http.xff_header_processing.mode', 'append');
  await set('routing.http.drop_invalid_header_fields.enabled', 'true');
  await waitFor('odd names are dropped', async () => {
    const seen = await headersFor({ 'x_odd': '1', 'x-even': '2' });
    return seen['x_odd'] === undefined && seen['x-even'] === '2';
  });
  const Attributes = [{ Key: 'routing.http.response.x_frame_options.header_value', Value: 'DENY "50%"' }, { Key: 'routing.http.response.server.enabled', Value: 'false' }];
  await world.elb.send(new ModifyListenerAttributesCommand({ ListenerArn: listener, Attributes }));
  for (const path of ['/echo', '/json']) {
    const { headers } = await waitFor('the header is there', async () => [await ask(path)].find((one) => one.headers['x-frame-options'] !== undefined));
    assert.deepEqual([headers['x-frame-options'], headers.server], ['DENY "50%"', undefined]);
  }
});

test('access logs are lines as ALB writes them', async () => {
  const target = await world.server('logged', (req, res) => (req.url!.endsWith('broken') ? req.socket.destroy() : res.writeHead(201).end('logged')));
  const group = await served('logged', {}, target);
  const fixed = await rule('/mine', { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'mine' } });
  const redirect = await rule('/away', { Type: 'redirect', RedirectConfig: { Host: 'else.test', Path: '/a b%20c', StatusCode: 'HTTP_301' } });
  await world.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: world.loadBalancer.LoadBalancerArn!, Attributes: [{ Key: 'access_logs.s3.enabled', Value: 'true' }, { Key: 'access_logs.s3.bucket', Value: 'logs' }] }));
  const file = join(world.folder, 'access.log');
  const lineOf = (path: string): string[] | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : '').split('\n').find((line) => line.includes(`${path} HTTP/1.1"`))?.match(/"[^"]*"|\S+/g) ?? undefined;
  let probe = 0;
  await waitFor('it logs', async () => {
    await ask(`/logged/probe${probe++}`);
    return lineOf('/logged/probe0') ?? lineOf(`/logged/probe${Math.max(0, probe - 20)}`);
  }, { timeoutMs: 20_000, intervalMs: 100 });
  const headers = { host: 'shop.test', 'user-agent': 'curl "7"', 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793' };
  for (const path of ['/logged/a?b=c', '/mine', '/away']) await ask(path, { headers });
  await ask('/logged/broken', { headers, method: 'POST' });
  const line = (path: string): Promise<string[]> => waitFor(`a line of ${path}`, () => lineOf(path), { timeoutMs: 10_000 });

  const a = await line('/logged/a?b=c');
  assert.equal(a.length, 30);
  const where = `${target.target.Id}:${target.target.Port}`;
  assert.equal(a[0], 'http');
  assert.match(a[1]!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.equal(a[2], world.loadBalancer.LoadBalancerArn!.split('loadbalancer/')[1]);
  assert.match(a[3]!, /^127\.[\d.]+:\d+$/);
  assert.deepEqual([a[4], a[8], a[9]], [where, '201', '201']);
  for (const at of [5, 6, 7]) assert.match(a[at]!, /^\d+\.\d{3}$/);
  assert.ok(Number(a[10]) > 100 && Number(a[11]) > 100, 'bytes');
  assert.deepEqual(a.slice(12, 16), [`"GET http://shop.test:${world.port}/logged/a?b=c HTTP/1.1"`, '"curl \\x227\\x22"', '-', '-']);
  assert.equal(a[16], group);
  assert.match(a[17]!, /^"Self=1-[0-9A-F]{8}-[0-9A-F]{24};Root=1-5759e988-bd862e3fe1be46a994272793"$/);
  assert.deepEqual([a[18], a[19]], ['"-"', '"-"']);
  assert.ok(Number(a[20]) > 0 && a[21]! <= a[1]!, 'priority, and the time it began');
  assert.deepEqual(a.slice(22, 27), ['"forward"', '"-"', '"-"', `"${where}"`, '"201"']);

  const mine = await line('/mine');
  assert.deepEqual([mine[4], mine[8], mine[9], mine[20], mine[22]], ['-', '200', '-', String(fixed), '"fixed-response"']);
  const away = await line('/away');
  assert.deepEqual([away[8], away[20], away[22], away[23]], ['301', String(redirect), '"redirect"', `"http://else.test:${world.port}/a b%20c"`]);
  const broken = await line('/logged/broken');
  assert.deepEqual([broken[4], broken[8], broken[9]], [where, '502', '-']);

  // Another HAProxy goes on in another file, and nothing of before is lost.
  const count = readFileSync(file, 'utf8').split('\n').length;
  process.kill(Number(readFileSync(join(world.folder, 'master.pid'), 'utf8')), 'SIGKILL');
  await waitFor('it is back', () => ask('/logged/again').then(({ status }) => status === 201, () => false));
  await line('/logged/again');
  assert.ok(readFileSync(file, 'utf8').split('\n').length > count);
});

async function certificate(name: string): Promise<string> {
  const base = join(world.platform.dataDir, name);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', `${base}.key`, '-out', `${base}.pem`], { stdio: 'ignore' });
  return (await acm.send(new ImportCertificateCommand({ Certificate: readFileSync(`${base}.pem`), PrivateKey: readFileSync(`${base}.key`) }))).CertificateArn!;
}

/** The name of the certificate shown, and what comes back for a line of text. */
function askTls(address: string, port: number, servername: string): Promise<{ name: string; answer: string }> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: address, port, servername, rejectUnauthorized: false }, () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    let answer = '';
    const name = (): string => String(socket.getPeerCertificate().subject?.CN);
    let shown = '';
    socket.once('secureConnect', () => (shown = name()));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => resolve({ name: shown, answer }));
    socket.on('error', reject);
  });
}

test('a network load balancer ends TLS, with the certificate that the client names', async () => {
  const Subnets = world.loadBalancer.AvailabilityZones!.map((zone) => zone.SubnetId!);
  const { LoadBalancers } = await world.elb.send(new CreateLoadBalancerCommand({ Name: 'secure', Type: 'network', Subnets }));
  const balancer = LoadBalancers![0]!;
  const { TargetGroups } = await world.elb.send(new CreateTargetGroupCommand({ Name: 'secure', Protocol: 'TCP', Port: 80, VpcId: balancer.VpcId!, TargetType: 'ip' }));
  const group = TargetGroups![0]!.TargetGroupArn!;
  const [first, second, third] = [await certificate('first.test'), await certificate('second.test'), await certificate('third.test')];
  const port = await freePort();
  const { Listeners } = await world.elb.send(new CreateListenerCommand({ LoadBalancerArn: balancer.LoadBalancerArn!, Protocol: 'TLS', Port: port, Certificates: [{ CertificateArn: first }], DefaultActions: [{ Type: 'forward', TargetGroupArn: group }] }));
  await world.elb.send(new AddListenerCertificatesCommand({ ListenerArn: Listeners![0]!.ListenerArn!, Certificates: [{ CertificateArn: second }, { CertificateArn: third }] }));
  await world.register(group, await world.server('behind tls'));
  await world.until(group, 'healthy');
  const address = await waitFor('it listens', () => new RegExp(`bind (127\\.\\d+\\.\\d+\\.\\d+):${port} ssl`).exec(readFileSync(join(world.folder, 'current/haproxy.cfg'), 'utf8'))?.[1]);
  for (const name of ['first.test', 'second.test', 'third.test']) {
    const { name: shown, answer } = await waitFor('it answers', () => askTls(address, port, name).catch(() => undefined));
    assert.equal(shown, name);
    assert.match(answer, /^HTTP\/1\.1 200 OK[\s\S]*behind tls$/);
  }
  assert.equal((await askTls(address, port, 'else.test')).name, 'first.test');
});

test('the load balancer answers on its address in the VPC, as soon as the host has it', async () => {
  const ec2 = new EC2Client(world.platform.sdk);
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'description', Values: [`ELB ${world.loadBalancer.LoadBalancerArn!.split('loadbalancer/')[1]}`] }] }));
  ec2.destroy();
  const address = NetworkInterfaces![0]!.PrivateIpAddress!;
  execFileSync('ip', ['addr', 'add', `${address}/32`, 'dev', 'lo']);
  try {
    assert.equal((await ask('/json', { address })).status, 503);
    await new Promise<void>((resolve, reject) => connect(world.port, address, resolve).on('error', reject).unref());
  } finally {
    execFileSync('ip', ['addr', 'del', `${address}/32`, 'dev', 'lo']);
  }
});
