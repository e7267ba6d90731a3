// Compiled rules in a real HAProxy against a plain reading of them: random rules, random requests, the same answer.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '#base/system/clock.ts';
import { configFolder, identityOf } from '#balancer/config-folder.ts';
import { haproxyProcess, stopHaproxy } from '#balancer/haproxy-process.ts';
import { evaluateRules, type PlainRequest } from '#core/balancer/evaluate.fixture.ts';
import type { ListenerInput } from '#core/balancer/input.ts';
import { renderBalancer } from '#core/balancer/render-config.ts';
import { classifyRules } from '#core/balancer/rule-classes.ts';
import { arbitraryRequest, arbitraryRules } from '#core/balancer/rules-arbitrary.fixture.ts';
import type { Listener, LoadBalancer, Rule } from '#model/load-balancer.ts';

const LISTENERS = 24;
const REQUESTS_EACH = 60;
const SEED = 20261121;

const folder = mkdtempSync(join(tmpdir(), 'longshore-rules-'));
after(async () => {
  await stopHaproxy(folder, systemClock);
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function inputOf(at: number, hostAddress: string, port: number, rules: readonly Rule[]): ListenerInput {
  const own = { account: '0', region: 'us-east-1', tags: [], createdAt: 0 };
  const loadBalancer: LoadBalancer = {
    ...own, arn: `arn:aws:elasticloadbalancing:us-east-1:0:loadbalancer/app/l${at}/${at}`, name: `l${at}`, type: 'application', scheme: 'internal', vpcId: 'v', subnetIds: [], securityGroupIds: [],
    ipAddressType: 'ipv4', dnsName: `l${at}-1.us-east-1.elb.localhost`, hostAddress, networkInterfaceId: 'e', privateIpAddress: '10.0.0.1', state: 'active', attributes: {},
  };
  const arn = `arn:aws:elasticloadbalancing:us-east-1:0:listener/app/l${at}/${at}/${at.toString(16).padStart(16, 'f')}`;
  const listener: Listener = { ...own, arn, loadBalancerArn: loadBalancer.arn, port, protocol: 'HTTP', defaultActions: [{ type: 'fixed-response', order: 1, statusCode: '200', messageBody: 'default' }], certificateArns: [], attributes: {} };
  const named = rules.map((rule) => ({ ...rule, arn: rule.arn.replace(/.{4}$/, (end) => end) + `-${at}` }));
  return { loadBalancer, listener, rules: named, certificates: [] };
}

function ask(address: string, port: number, { method, host, path, query, headers, source }: PlainRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const target = query === '' ? path : `${path}?${query}`;
    const req = httpRequest({ host: address, port, localAddress: source, method, path: target, headers: { ...headers, host } }, (res) => {
      let body = '';
      res.on('data', (chunk) => (body += chunk));
      res.on('end', () => resolve(`${res.statusCode} ${body}`));
    });
    req.on('error', reject).end();
  });
}

function inClasses(rules: readonly Rule[]): Rule[] {
  const own = rules.filter((rule) => classifyRules([rule]) !== undefined);
  while (classifyRules(own) === undefined) own.pop();
  return own;
}

/** @param line of the request, and headers if any */
function askRaw(address: string, port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ host: address, port, localAddress: '127.0.0.1' }, () => socket.write(`${line}\r\n\r\n`));
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

test('HAProxy answers with the rule that a plain reading finds', { timeout: 120_000 }, async () => {
  const port = await freePort();
  const address = `127.${128 + (process.pid % 100)}.7.1`;
  const addressOf = (at: number): string => address.replace(/1$/, String(at + 1));
  // Every other listener has rules of the kind that takes few look-ups (rule-classes.ts).
  const samples = fc.sample(arbitraryRules(100), { numRuns: LISTENERS, seed: SEED }).map((rules, at) => (at % 2 === 0 ? rules : inClasses(rules)));
  const inputs = samples.map((rules, at) => inputOf(at, addressOf(at), port, rules));
  const rendered = renderBalancer({ listeners: inputs, groups: [], unavailable: new Set([`127.0.0.1:${port}`]) });
  const files = configFolder(folder);
  const haproxy = haproxyProcess(folder, systemClock);
  const path = files.write(identityOf(rendered), rendered, () => []);
  assert.equal(await haproxy.refuse(path), undefined);
  files.saveStates('1\n');
  files.select(identityOf(rendered));
  await haproxy.start();

  const wins = new Set<string>();
  for (const [at, input] of inputs.entries()) {
    const requests = fc.sample(arbitraryRequest, { numRuns: REQUESTS_EACH, seed: SEED + at });
    for (const request of requests) {
      const expected = evaluateRules(input.rules, request);
      const answer = await ask(addressOf(at), port, request);
      const met = input.rules.find((rule) => answer.endsWith(` ${rule.priority}`));
      const about = JSON.stringify({ listener: at, request, expected, met }, undefined, 1);
      assert.equal(answer, `200 ${expected?.priority ?? 'default'}`, about);
      wins.add(`${at} ${expected?.priority ?? 'default'}`);
    }
  }
  assert.ok(samples.filter((rules) => classifyRules(rules) !== undefined && rules.length > 10).length > 5, 'few listeners have rules as classes');
  for (const [at, rules] of samples.entries()) {
    // A request of HTTP/1.0 need not have a host: no condition on it is satisfied.
    const expected = evaluateRules(rules, { method: 'GET', host: '', path: '/api/v1', query: '', headers: {}, source: '127.0.0.1' });
    assert.match(await askRaw(addressOf(at), port, 'GET /api/v1 HTTP/1.0'), new RegExp(`\\r\\n\\r\\n${expected?.priority ?? 'default'}$`));
    // A list is no host, and its last part is none either.
    const list = evaluateRules(rules, { method: 'GET', host: 'else, a.b.test', path: '/api/v1', query: '', headers: {}, source: '127.0.0.1' });
    assert.match(await askRaw(addressOf(at), port, 'GET /api/v1 HTTP/1.1\r\nHost: else, a.b.test\r\nConnection: close'), new RegExp(`\\r\\n\\r\\n${list?.priority ?? 'default'}$`), `listener ${at}`);
    // One that is about the server as a whole has no path: only conditions that hold for anything are satisfied.
    const whole = evaluateRules(rules, { method: 'OPTIONS', host: 'a.b.test', path: '', query: '', headers: {}, source: '127.0.0.1' });
    assert.match(await askRaw(addressOf(at), port, 'OPTIONS * HTTP/1.1\r\nHost: a.b.test\r\nConnection: close'), new RegExp(`\\r\\n\\r\\n${whole?.priority ?? 'default'}$`), `listener ${at}`);
  }
  assert.ok(wins.size > 60, `only ${wins.size} rules were met: the requests say little`);
});
