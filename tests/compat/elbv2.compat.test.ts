// Elastic Load Balancing and ACM with the clients their users have: AWS SDK for JavaScript and its waiters, AWS CLI, boto3, curl.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ACMClient, DeleteCertificateCommand, DescribeCertificateCommand, GetCertificateCommand, ImportCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm';
import {
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  RegisterTargetsCommand,
  waitUntilLoadBalancerAvailable,
  waitUntilLoadBalancersDeleted,
  waitUntilTargetInService,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { freePort, startBalancerWorld, type BalancerWorld } from '../docker/balancer-world.ts';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const run = promisify(execFile);
let world: BalancerWorld;
let acm: ACMClient;

before(async () => {
  world = await startBalancerWorld();
  acm = new ACMClient(world.platform.sdk);
});
after(async () => {
  acm.destroy();
  await world.stop();
});

async function aws(...args: string[]): Promise<any> {
  const { stdout } = await run(AWS_CLI, ['--endpoint-url', world.platform.url, '--output', 'json', ...args], { env: world.platform.env });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

async function selfSigned(name: string): Promise<{ Certificate: Uint8Array; PrivateKey: Uint8Array }> {
  const base = join(world.platform.dataDir, name);
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', `${base}.key`, '-out', `${base}.pem`]);
  return { Certificate: readFileSync(`${base}.pem`), PrivateKey: readFileSync(`${base}.key`) };
}

const curl = async (...args: string[]): Promise<string> => (await run('curl', ['-s', '--noproxy', '*', '-m', '5', ...args])).stdout;

test('AWS SDK: load balancer, group, listener, target; its waiters; curl by the name of the load balancer', async () => {
  const group = await world.group('by-sdk');
  await world.listen([{ Type: 'forward', TargetGroupArn: group }]);
  const server = await world.server('hello', (req, res) => res.end(JSON.stringify(req.headers)));
  await world.register(group, server);
  await world.until(group, 'healthy');
  await waitUntilLoadBalancerAvailable({ client: world.elb, maxWaitTime: 30 }, { LoadBalancerArns: [world.loadBalancer.LoadBalancerArn!] });
  await waitUntilTargetInService({ client: world.elb, maxWaitTime: 30 }, { TargetGroupArn: group, Targets: [server.target] });
  for (const name of [world.loadBalancer.DNSName!, 'world.elb.localhost']) {
    const headers = JSON.parse(await curl('-H', 'X-Forwarded-For: 9.9.9.9', `http://${name}:${world.port}/x`));
    assert.equal(headers.host, `${name}:${world.port}`);
    assert.equal(headers['x-forwarded-for'], '9.9.9.9, 127.0.0.1');
    assert.equal(headers['x-forwarded-proto'], 'http');
    assert.equal(headers['x-forwarded-port'], String(world.port));
    assert.match(headers['x-amzn-trace-id'], /^Root=1-[0-9A-F]{8}-[0-9A-F]{24}$/);
  }
  await assert.rejects(curl(`http://127.0.0.1:${world.port}/`), { code: 52 }, 'a name nobody has reaches nobody');
});

test('TLS: certificates by SNI, HTTP/2, and ACM guards what is in use', async () => {
  const [one, two] = [await selfSigned('one.test'), await selfSigned('two.test')];
  const first = await acm.send(new ImportCertificateCommand(one));
  const second = await acm.send(new ImportCertificateCommand({ ...two, Tags: [{ Key: 'k', Value: 'v' }] }));
  await assert.rejects(acm.send(new ImportCertificateCommand({ ...one, PrivateKey: two.PrivateKey })), { name: 'ValidationException', message: 'The private key does not match the certificate.' });
  const port = await freePort();
  const Certificates = [{ CertificateArn: first.CertificateArn! }];
  const DefaultActions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '200', MessageBody: 'secret' } }];
  const made = await world.elb.send(new CreateListenerCommand({ LoadBalancerArn: world.loadBalancer.LoadBalancerArn!, Protocol: 'HTTPS', Port: port, Certificates, DefaultActions }));
  await world.elb.send(new AddListenerCertificatesCommand({ ListenerArn: made.Listeners![0]!.ListenerArn!, Certificates: [{ CertificateArn: second.CertificateArn! }] }));
  const subject = async (name: string): Promise<string> => (await run('sh', ['-c', `openssl s_client -connect ${world.address()}:${port} -servername ${name} </dev/null 2>/dev/null | openssl x509 -noout -subject`])).stdout.trim();
  await waitFor('SNI', async () => (await subject('two.test')) === 'subject=CN = two.test');
  assert.equal(await subject('unknown.test'), 'subject=CN = one.test');
  assert.equal(await curl('-k', '-w', ' %{http_version}', `https://${world.loadBalancer.DNSName!}:${port}/`), 'secret 2');
  const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn: first.CertificateArn! }));
  assert.equal(Certificate!.DomainName, 'one.test');
  assert.equal(Certificate!.KeyAlgorithm, 'RSA_2048');
  assert.deepEqual(Certificate!.InUseBy, [world.loadBalancer.LoadBalancerArn]);
  assert.equal((await acm.send(new GetCertificateCommand({ CertificateArn: first.CertificateArn! }))).Certificate, Buffer.from(one.Certificate).toString().trim());
  assert.equal((await acm.send(new ListCertificatesCommand({}))).CertificateSummaryList!.length, 2);
  await assert.rejects(acm.send(new DeleteCertificateCommand({ CertificateArn: first.CertificateArn! })), { name: 'ResourceInUseException' });
});

test('a network load balancer carries TCP both ways', async () => {
  const subnets = world.loadBalancer.AvailabilityZones!.map((zone) => zone.SubnetId!);
  const { LoadBalancers } = await world.elb.send(new CreateLoadBalancerCommand({ Name: 'tcp', Type: 'network', Subnets: subnets }));
  const balancer = LoadBalancers![0]!;
  const server = await world.server('raw');
  const { TargetGroups } = await world.elb.send(new CreateTargetGroupCommand({ Name: 'tcp', Protocol: 'TCP', Port: 80, VpcId: balancer.VpcId!, TargetType: 'ip' }));
  const group = TargetGroups![0]!.TargetGroupArn!;
  const port = await freePort();
  await world.elb.send(new CreateListenerCommand({ LoadBalancerArn: balancer.LoadBalancerArn!, Protocol: 'TCP', Port: port, DefaultActions: [{ Type: 'forward', TargetGroupArn: group }] }));
  await world.elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [server.target] }));
  await world.until(group, 'healthy');
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.0\r\n\r\n');
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  assert.match(answer, /^HTTP\/1.1 200 OK[\s\S]*raw$/);
  await world.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer.LoadBalancerArn! }));
  await waitUntilLoadBalancersDeleted({ client: world.elb, maxWaitTime: 30 }, { LoadBalancerArns: [balancer.LoadBalancerArn!] });
  await assert.rejects(world.elb.send(new DescribeLoadBalancersCommand({ Names: ['tcp'] })), { name: 'LoadBalancerNotFoundException' });
});

test('AWS CLI: rules from a file of conditions, redirects that curl follows, errors by their codes', async () => {
  const [balancer] = (await aws('elbv2', 'describe-load-balancers', '--names', 'world')).LoadBalancers;
  const [listener] = (await aws('elbv2', 'describe-listeners', '--load-balancer-arn', balancer.LoadBalancerArn)).Listeners;
  const create = (...args: string[]): Promise<any> => aws('elbv2', 'create-rule', '--listener-arn', listener.ListenerArn, ...args);
  const respond = 'Type=fixed-response,FixedResponseConfig={StatusCode=201,ContentType=text/plain,MessageBody=found}';
  await create('--priority', '5', '--conditions', 'Field=path-pattern,Values=/found/*', '--actions', respond);
  const redirect = JSON.stringify([{ Type: 'redirect', RedirectConfig: { Path: '/found/#{path}', Query: 'a=1&#{query}', StatusCode: 'HTTP_302' } }]);
  const { Rules } = await create('--priority', '6', '--conditions', 'Field=path-pattern,Values=/moved*', '--actions', redirect);
  await waitFor('it redirects', async () => {
    const head = await curl('-i', `http://${balancer.DNSName}:${world.port}/moved/x?b=2`);
    return new RegExp(`^HTTP/1.1 302[\\s\\S]*location: http://${balancer.DNSName}:${world.port}/found/moved/x\\?a=1&b=2\r\n`, 'i').test(head);
  });
  assert.equal(await curl('-L', '-w', ' %{http_code}', `http://${balancer.DNSName}:${world.port}/moved/x`), 'found 201');
  await assert.rejects(create('--priority', '5', '--conditions', 'Field=path-pattern,Values=/x', '--actions', respond), /\(PriorityInUse\).*Priority '5' is currently in use/);
  await assert.rejects(aws('elbv2', 'delete-target-group', '--target-group-arn', listener.DefaultActions[0].TargetGroupArn), /\(ResourceInUse\)/);
  await assert.rejects(aws('elbv2', 'describe-target-groups', '--names', 'nope'), /\(TargetGroupNotFound\).*One or more target groups not found/);
  await aws('elbv2', 'set-rule-priorities', '--rule-priorities', `RuleArn=${Rules[0].RuleArn},Priority=1`);
  const listed = (await aws('elbv2', 'describe-rules', '--listener-arn', listener.ListenerArn)).Rules;
  assert.deepEqual(listed.map((rule: any) => rule.Priority), ['1', '5', 'default']);
});

test('boto3 reads attributes, tags and pages', async () => {
  const { TargetGroups } = await world.elb.send(new DescribeTargetGroupsCommand({ Names: ['by-sdk'] }));
  const script = `
import boto3
elb = boto3.client('elbv2', endpoint_url='${world.platform.url}')
arn = '${TargetGroups![0]!.TargetGroupArn!}'
elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[{'Key': 'deregistration_delay.timeout_seconds', 'Value': '5'}])
values = {one['Key']: one['Value'] for one in elb.describe_target_group_attributes(TargetGroupArn=arn)['Attributes']}
assert values['deregistration_delay.timeout_seconds'] == '5', values
elb.add_tags(ResourceArns=[arn], Tags=[{'Key': 'team', 'Value': 'a&b'}])
assert elb.describe_tags(ResourceArns=[arn])['TagDescriptions'][0]['Tags'] == [{'Key': 'team', 'Value': 'a&b'}]
assert len(list(elb.get_paginator('describe_target_groups').paginate(PaginationConfig={'PageSize': 1}))) >= 2
try:
    elb.create_target_group(Name='bad_name', Protocol='HTTP', Port=80, VpcId='vpc-1')
    raise SystemExit('accepted')
except elb.exceptions.ClientError as error:
    assert error.response['Error']['Code'] == 'ValidationError', error
print('done')
`;
  assert.equal((await run('/usr/bin/python3', ['-c', script], { env: world.platform.env })).stdout.trim(), 'done');
});
