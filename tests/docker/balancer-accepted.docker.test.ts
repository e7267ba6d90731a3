// Whatever the API accepts, HAProxy accepts: a configuration that it refuses would keep every later change of anybody's load balancer out.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { createAcmService } from '#api/acm/service.ts';
import { ensureDefaultVpc } from '#api/default-vpc.ts';
import { createElbv2Service } from '#api/elbv2/service.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { systemClock } from '#base/system/clock.ts';
import { configFolder, identityOf } from '#balancer/config-folder.ts';
import { haproxyProcess } from '#balancer/haproxy-process.ts';
import { loadInput } from '#balancer/load-input.ts';
import { renderBalancer } from '#core/balancer/render-config.ts';
import { subnets, vpcs } from '#model/network.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';
import { ACCOUNT, awsCall, REGION } from '#tests/support/api-harness.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { Service } from '#wire/service.ts';

const folder = mkdtempSync(join(tmpdir(), 'longshore-accepted-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const files = configFolder(folder);
files.saveStates('1\n');
const haproxy = haproxyProcess(folder, systemClock);

let store: Store;
let services: Service<any>[];
let vpcId: string;
let balancer: string;
let group: string;
let listener: string;

beforeEach(async () => {
  store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger });
  const deps = { store, random: seededRandom(7), clock: systemClock, log: silentLogger };
  services = [createElbv2Service(deps), createAcmService(deps)];
  store.transact((tx) => ensureDefaultVpc(tx, ACCOUNT, REGION, deps.random));
  vpcId = [...store.all(vpcs)][0]!.id;
  balancer = call('CreateLoadBalancer', { Name: 'web', Subnets: [...store.by(subnets, 'vpc', vpcId)].map((subnet) => subnet.id) }).LoadBalancers[0].LoadBalancerArn;
  group = call('CreateTargetGroup', { Name: 'app', Protocol: 'HTTP', Port: 80, VpcId: vpcId, TargetType: 'ip' }).TargetGroups[0].TargetGroupArn;
  listener = call('CreateListener', { LoadBalancerArn: balancer, Protocol: 'HTTP', Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn: group }] }).Listeners[0].ListenerArn;
});

function call(operation: string, input: Record<string, unknown>): any {
  const service = services.find((one) => operation in one.operations)!;
  return service.operations[operation]!.handler(input, service.context({ ...awsCall(operation), now: systemClock.now() }));
}

/** True when the API takes it. */
function isTaken(operation: string, input: Record<string, unknown>): boolean {
  try {
    call(operation, input);
    return true;
  } catch (error) {
    assert.ok(error instanceof AwsError, `${operation} of ${JSON.stringify(input)}: ${String(error)}`);
    return false;
  }
}

/** @param about what the API has just taken */
async function checkConfiguration(about: unknown): Promise<void> {
  const rendered = renderBalancer(loadInput(store, new Set()));
  assert.equal(await haproxy.refuse(files.write(identityOf(rendered), rendered, () => [])), undefined, JSON.stringify(about));
}

const PRINTABLE = Array.from({ length: 95 }, (_, at) => String.fromCharCode(0x20 + at));
/** What means something to a configuration, to a regular expression or to a file of lines. */
const TEXTS = [
  ...PRINTABLE.filter((char) => !/[A-Za-z0-9]/.test(char)), 'a\0b', 'a\nb', 'a\r\nb', '\u007f', '\u0001', '€', '\ud800', '${HOME}', '%[src]', '#{host}', '-f', '--', '-i', '} if TRUE', '"x', "'x", '\\"', "\\'", '# x', '&amp;',
  'x'.repeat(128), '"'.repeat(128), '!'.repeat(128),
];

test('texts of conditions', async () => {
  const conditions: object[] = ['010.0.0.0/8', '099.0.0.0/8', '10.0.0.0/08', '10.0.0.5/8', '0.0.0.0/0', '::/0', '2001:db8::/032'].map((block) => ({ Field: 'source-ip', SourceIpConfig: { Values: [block] } }));
  for (const text of [...TEXTS, PRINTABLE.filter((char) => !'*?'.includes(char)).join('')]) {
    conditions.push({ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Word', Values: [text] } }, { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: text, Values: ['x'] } });
    conditions.push({ Field: 'query-string', QueryStringConfig: { Values: [{ Key: text, Value: text }] } });
    for (const Field of ['path-pattern', 'host-header', 'http-request-method']) for (const value of [text, `*${text}*`, `/${text}`]) conditions.push({ Field, Values: [value] });
  }
  const Actions = [{ Type: 'forward', TargetGroupArn: group }];
  let taken: object[] = [];
  for (const condition of conditions) {
    if (isTaken('CreateRule', { ListenerArn: listener, Priority: taken.length + 1, Conditions: [condition], Actions })) taken.push(condition);
    if (taken.length < 50 && condition !== conditions.at(-1)) continue;
    await checkConfiguration(taken);
    for (const { RuleArn, IsDefault } of call('DescribeRules', { ListenerArn: listener }).Rules) if (!IsDefault) call('DeleteRule', { RuleArn });
    taken = [];
  }
});

test('texts of answers', async () => {
  const isAnswer = (action: object): boolean => isTaken('ModifyListener', { ListenerArn: listener, DefaultActions: [action] });
  for (const text of TEXTS) {
    if (isAnswer({ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Host: text, Path: `/${text}`, Query: text } })) await checkConfiguration(text);
    if (isAnswer({ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: text } })) await checkConfiguration(text);
  }
  for (const StatusCode of ['200', '204', '205', '404', '599']) {
    assert.ok(isAnswer({ Type: 'fixed-response', FixedResponseConfig: { StatusCode, MessageBody: 'text', ContentType: 'text/css' } }));
    await checkConfiguration(StatusCode);
  }
});

test('texts of attributes and health checks', async () => {
  const attribute = (Key: string, Value: string): object => ({ Key, Value });
  for (const text of TEXTS) {
    const cookie = [attribute('stickiness.enabled', 'true'), attribute('stickiness.type', 'app_cookie'), attribute('stickiness.app_cookie.cookie_name', `a${text}b`)];
    const taken = [
      isTaken('ModifyListenerAttributes', { ListenerArn: listener, Attributes: [attribute('routing.http.response.x_frame_options.header_value', text)] }),
      isTaken('ModifyTargetGroup', { TargetGroupArn: group, HealthCheckPath: `/${text}` }),
      isTaken('ModifyTargetGroupAttributes', { TargetGroupArn: group, Attributes: cookie }),
    ];
    if (taken.includes(true)) await checkConfiguration(text);
  }
  for (const Key of ['constructor', '__proto__', 'toString']) assert.equal(isTaken('ModifyListenerAttributes', { ListenerArn: listener, Attributes: [attribute(Key, 'true')] }), false);
  assert.throws(() => call('DescribeSSLPolicies', { Names: ['constructor'] }), { name: 'SSLPolicyNotFound' });
  for (const HttpCode of ['200', '200-299,301', '200,', '0200', Array(300).fill('200-499').join()]) if (isTaken('ModifyTargetGroup', { TargetGroupArn: group, Matcher: { HttpCode } })) await checkConfiguration(HttpCode);
});

/** A certificate of this key and signature, by itself or of an authority. */
function issue(name: string, key: string[], { digest = 'sha256', subject = `/CN=${name}`, ca = '' } = {}): { pem: string; key: string } {
  const base = join(folder, name);
  const run = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
  run('req', ...(ca === '' ? ['-x509', '-days', '9'] : []), '-nodes', '-newkey', ...key, `-${digest}`, '-subj', subject, '-addext', `subjectAltName=DNS:${name}`, '-keyout', `${base}.key`, '-out', `${base}.pem`);
  if (ca !== '') run('x509', '-req', '-in', `${base}.pem`, '-CA', `${join(folder, ca)}.pem`, '-CAkey', `${join(folder, ca)}.key`, '-days', '9', '-copy_extensions', 'copy', `-${digest}`, '-out', `${base}.pem`);
  return { pem: readFileSync(`${base}.pem`, 'utf8'), key: readFileSync(`${base}.key`, 'utf8') };
}

test('certificates, their keys and chains, and what else stands in the files', async () => {
  const [rsa, weak] = [['rsa:2048'], ['rsa:1024']];
  const [ca, weakCa, own] = [issue('ca.test', rsa), issue('weak-ca.test', weak), issue('own.test', rsa)];
  const leaf = issue('leaf.test', rsa, { ca: 'ca.test', subject: '/' });
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  let shown: string | undefined;
  const isUsable = async (pem: string, key: string, chain?: string): Promise<boolean> => {
    const input = { Certificate: bytes(pem), PrivateKey: bytes(key), ...(chain === undefined ? {} : { CertificateChain: bytes(chain) }), ...(shown === undefined ? {} : { CertificateArn: shown }) };
    if (!isTaken('ImportCertificate', input)) return false;
    if (shown === undefined) {
      shown = call('ListCertificates', {}).CertificateSummaryList[0].CertificateArn;
      call('CreateListener', { LoadBalancerArn: balancer, Protocol: 'HTTPS', Port: 443, Certificates: [{ CertificateArn: shown }], DefaultActions: [{ Type: 'forward', TargetGroupArn: group }] });
    }
    await checkConfiguration(input);
    return true;
  };
  assert.equal(await isUsable(leaf.pem, leaf.key, ca.pem), true, 'without a subject');
  for (const curve of ['prime256v1', 'secp384r1', 'secp521r1', 'secp224r1', 'secp192k1', 'secp256k1']) {
    const made = issue(curve, ['ec', '-pkeyopt', `ec_paramgen_curve:${curve}`]);
    assert.equal(await isUsable(made.pem, made.key), /^(prime|secp384|secp521)/.test(curve), curve);
  }
  const small = issue('small.test', weak);
  assert.equal(await isUsable(small.pem, small.key), false);
  const old = issue('old.test', rsa, { ca: 'ca.test', digest: 'sha1' });
  assert.equal(await isUsable(old.pem, old.key, ca.pem), false);
  const below = issue('below.test', rsa, { ca: 'weak-ca.test' });
  assert.equal(await isUsable(below.pem, below.key, weakCa.pem), false);
  for (const kind of ['CERTIFICATE', 'TRUSTED CERTIFICATE', 'X509 CERTIFICATE', 'DH PARAMETERS', 'PRIVATE KEY', 'X509 CRL']) {
    const junk = `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----\n`;
    await isUsable(leaf.pem + junk, leaf.key, ca.pem);
    await isUsable(leaf.pem, leaf.key + junk, ca.pem);
    await isUsable(leaf.pem, junk + leaf.key, ca.pem);
    await isUsable(leaf.pem, leaf.key, ca.pem + junk);
    await isUsable(`${leaf.pem}-----BEGIN ${kind}-----\nAAAA\n`, leaf.key, ca.pem);
  }
  await isUsable(own.key + leaf.pem, leaf.key, ca.pem);
  assert.equal(await isUsable(`Bag Attributes\n${leaf.pem}`, leaf.key, ca.pem), true);
});
