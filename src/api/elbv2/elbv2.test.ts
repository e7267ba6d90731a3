// ELBv2's handlers over a real store: what they accept, and what they refuse in which words.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ensureDefaultVpc } from '#api/default-vpc.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { listeners, loadBalancers, rules, targetGroups, targets } from '#model/load-balancer.ts';
import { networkInterfaces, subnets, vpcs } from '#model/network.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';
import { ACCOUNT, awsCall, REGION, type CallOptions } from '#tests/support/api-harness.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import type { Service } from '#wire/service.ts';
import { createElbv2Service } from './service.ts';

let store: Store;
let service: Service<any>;
let subnetIds: string[];
let vpcId: string;

beforeEach(async () => {
  store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger, freezeRows: true });
  const random = seededRandom(7);
  service = createElbv2Service({ store, random, clock: virtualClock(), log: silentLogger });
  store.transact((tx) => ensureDefaultVpc(tx, ACCOUNT, REGION, random));
  vpcId = [...store.all(vpcs)][0]!.id;
  subnetIds = [...store.by(subnets, 'vpc', vpcId)].map((subnet) => subnet.id);
});

const call = (operation: string, input: Record<string, unknown> = {}, options: CallOptions = {}): any => service.operations[operation]!.handler(input, service.context(awsCall(operation, options)));
const refuses = (code: string, message: string | RegExp, operation: string, input: Record<string, unknown>): void => assert.throws(() => call(operation, input), { name: code, message });

const balancer = (Name = 'web'): string => call('CreateLoadBalancer', { Name, Subnets: subnetIds }).LoadBalancers[0].LoadBalancerArn;
const group = (Name = 'app', more = {}): string => call('CreateTargetGroup', { Name, Protocol: 'HTTP', Port: 80, VpcId: vpcId, TargetType: 'ip', ...more }).TargetGroups[0].TargetGroupArn;
const forward = (arn: string): object[] => [{ Type: 'forward', TargetGroupArn: arn }];
const listener = (lb: string, DefaultActions: object[], Port = 80): string => call('CreateListener', { LoadBalancerArn: lb, Protocol: 'HTTP', Port, DefaultActions }).Listeners[0].ListenerArn;

test('a load balancer has a name, an address of its own and an interface in its VPC', () => {
  const arn = balancer();
  const row = store.get(loadBalancers, arn)!;
  assert.match(row.dnsName, /^web-\d+\.us-east-1\.elb\.localhost$/);
  assert.match(row.hostAddress, /^127\.(12[89]|1[3-9]\d|2\d\d)\./);
  assert.equal(store.get(networkInterfaces, row.networkInterfaceId)?.privateIpAddress, row.privateIpAddress);
  assert.equal(balancer(), arn, 'the same request again finds it');
  refuses('DuplicateLoadBalancerName', /already|exists/, 'CreateLoadBalancer', { Name: 'web', Subnets: subnetIds, Scheme: 'internal' });
  call('DeleteLoadBalancer', { LoadBalancerArn: arn });
  assert.equal(store.size(networkInterfaces), 0);
  assert.deepEqual(call('DeleteLoadBalancer', { LoadBalancerArn: arn }), {});
});

test('what a load balancer must not be', () => {
  refuses('ValidationError', /at least two subnets/i, 'CreateLoadBalancer', { Name: 'web', Subnets: subnetIds.slice(0, 1) });
  refuses('SubnetNotFound', /subnet-nope/, 'CreateLoadBalancer', { Name: 'web', Subnets: ['subnet-nope', subnetIds[0]!] });
  refuses('ValidationError', /cannot begin or end/, 'CreateLoadBalancer', { Name: '-web', Subnets: subnetIds });
  refuses('InvalidSecurityGroup', /sg-nope/, 'CreateLoadBalancer', { Name: 'web', Subnets: subnetIds, SecurityGroups: ['sg-nope'] });
  assert.equal(store.size(loadBalancers), 0);
});

test('a target group belongs to one load balancer, and is not deleted while it is used', () => {
  const [one, two, app] = [balancer('one'), balancer('two'), group()];
  const arn = listener(one, forward(app));
  refuses('TargetGroupAssociationLimit', /more than one load balancer/, 'CreateListener', { LoadBalancerArn: two, Protocol: 'HTTP', Port: 80, DefaultActions: forward(app) });
  refuses('ResourceInUse', `Target group '${app}' is currently in use by a listener or a rule`, 'DeleteTargetGroup', { TargetGroupArn: app });
  assert.equal(listener(one, forward(app)), arn, 'the same request again finds it');
  refuses('DuplicateListener', `A listener already exists on this port for this load balancer '${one}'`, 'CreateListener', { LoadBalancerArn: one, Protocol: 'HTTP', Port: 80, DefaultActions: forward(group('other')) });
  refuses('TargetGroupNotFound', 'One or more target groups not found', 'CreateListener', { LoadBalancerArn: one, Protocol: 'HTTP', Port: 81, DefaultActions: forward(app.replace('/app/', '/nope/')) });
  refuses('IncompatibleProtocols', /TCP/, 'CreateListener', { LoadBalancerArn: one, Protocol: 'HTTP', Port: 81, DefaultActions: forward(group('tcp', { Protocol: 'TCP' })) });
  assert.deepEqual(call('DescribeTargetGroups', { TargetGroupArns: [app] }).TargetGroups[0].LoadBalancerArns, [one]);
  call('DeleteListener', { ListenerArn: arn });
  call('DeleteTargetGroup', { TargetGroupArn: app });
  assert.equal(store.get(targetGroups, app), undefined);
});

test('priorities are unique, also when several change places at once; a listener has a hundred rules', () => {
  const arn = listener(balancer(), [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }]);
  const create = (Priority: number): any => call('CreateRule', { ListenerArn: arn, Priority, Conditions: [{ Field: 'path-pattern', Values: [`/${Priority}`] }], Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }] });
  const [a, b] = [create(1).Rules[0].RuleArn, create(2).Rules[0].RuleArn];
  assert.throws(() => create(2), { name: 'PriorityInUse', message: "Priority '2' is currently in use" });
  call('SetRulePriorities', { RulePriorities: [{ RuleArn: a, Priority: 2 }, { RuleArn: b, Priority: 1 }] });
  assert.deepEqual([a, b].map((rule) => store.get(rules, rule)!.priority), [2, 1]);
  refuses('PriorityInUse', /'1'/, 'SetRulePriorities', { RulePriorities: [{ RuleArn: a, Priority: 1 }] });
  assert.equal(store.get(rules, a)!.priority, 2);
  for (let priority = 3; priority <= 100; priority++) create(priority);
  assert.throws(() => create(101), { name: 'TooManyRules' });
  const shown = call('DescribeRules', { ListenerArn: arn }).Rules;
  assert.equal(shown.length, 101);
  assert.equal(shown.at(-1).IsDefault, true);
  refuses('OperationNotPermitted', /Default rule/, 'DeleteRule', { RuleArn: shown.at(-1).RuleArn });
});

test('conditions and actions that mean nothing are refused', () => {
  const arn = listener(balancer(), [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }]);
  const ok = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }];
  const rule = (Conditions: object[], Actions: object[] = ok): Record<string, unknown> => ({ ListenerArn: arn, Priority: 1, Conditions, Actions });
  const path = { Field: 'path-pattern', Values: ['/x'] };
  refuses('ValidationError', 'A condition must be specified', 'CreateRule', rule([]));
  refuses('ValidationError', /must be one of/, 'CreateRule', rule([{ Field: 'moon-phase', Values: ['full'] }]));
  refuses('ValidationError', /contains a character/, 'CreateRule', rule([{ Field: 'path-pattern', Values: ['/a b'] }]));
  refuses('ValidationError', /Only one/, 'CreateRule', rule([path, path]));
  refuses('ValidationError', /CIDR/, 'CreateRule', rule([{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.1'] } }]));
  refuses('ValidationError', "A rule can only have '5' condition values", 'CreateRule', rule([{ Field: 'path-pattern', Values: ['/1', '/2', '/3', '/4', '/5', '/6'] }]));
  refuses('InvalidLoadBalancerAction', /loop/, 'CreateRule', rule([path], [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }]));
  refuses('ValidationError', /between '0' and '999'/, 'CreateRule', rule([path], [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: group(), Weight: 1000 }] } }]));
  refuses('UnsupportedOperation', /authenticate-oidc/, 'CreateRule', rule([path], [{ Type: 'authenticate-oidc' }]));
  assert.equal(store.size(rules), 0);
});

test('targets: addresses of the VPC, or private ones in zone all; registered again they are taken back', () => {
  const app = group();
  const register = (Targets: object[]): any => call('RegisterTargets', { TargetGroupArn: app, Targets });
  register([{ Id: '172.31.0.9' }]);
  assert.throws(() => register([{ Id: '10.0.0.1' }]), { name: 'ValidationError' });
  assert.throws(() => register([{ Id: '8.8.8.8' }]), { name: 'InvalidTarget' });
  assert.throws(() => register([{ Id: '127.0.0.1' }]), { name: 'InvalidTarget' });
  register([{ Id: '10.0.0.1', Port: 8080, AvailabilityZone: 'all' }]);
  call('DeregisterTargets', { TargetGroupArn: app, Targets: [{ Id: '172.31.0.9' }] });
  assert.notEqual(store.get(targets, `${app}|172.31.0.9|80`)!.drainingSince, undefined);
  register([{ Id: '172.31.0.9' }]);
  assert.equal(store.get(targets, `${app}|172.31.0.9|80`)!.drainingSince, undefined);
  refuses('InvalidTarget', /not registered/, 'DeregisterTargets', { TargetGroupArn: app, Targets: [{ Id: '172.31.0.77' }] });
  const [unknown] = call('DescribeTargetHealth', { TargetGroupArn: app, Targets: [{ Id: '172.31.0.77' }] }).TargetHealthDescriptions;
  assert.equal(unknown.TargetHealth.Reason, 'Target.NotInUse');
});

test('health checks and attributes hold their limits', () => {
  const app = group();
  refuses('ValidationError', /between '5' and '300'/, 'ModifyTargetGroup', { TargetGroupArn: app, HealthCheckIntervalSeconds: 1 });
  refuses('ValidationError', /within '200-499'/, 'ModifyTargetGroup', { TargetGroupArn: app, Matcher: { HttpCode: '200-999' } });
  refuses('ValidationError', /not recognized/, 'ModifyTargetGroupAttributes', { TargetGroupArn: app, Attributes: [{ Key: 'nope', Value: '1' }] });
  refuses('ValidationError', /Slow start/, 'ModifyTargetGroupAttributes', { TargetGroupArn: app, Attributes: [{ Key: 'load_balancing.algorithm.type', Value: 'least_outstanding_requests' }, { Key: 'slow_start.duration_seconds', Value: '30' }] });
  assert.equal(store.get(targetGroups, app)!.attributes['slow_start.duration_seconds'], '0');
  refuses('UnsupportedOperation', /UDP/, 'CreateTargetGroup', { Name: 'udp', Protocol: 'UDP', Port: 53, VpcId: vpcId, TargetType: 'ip' });
});

test('what is refused is refused in the words of AWS, and nothing changes', () => {
  const lb = balancer();
  const ok = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }];
  const [first, second] = [listener(lb, ok, 80), listener(lb, ok, 81)];
  const rule = (Conditions: object[], Actions: object[] = ok): Record<string, unknown> => ({ ListenerArn: first, Priority: 1, Conditions, Actions });
  const path = [{ Field: 'path-pattern', Values: ['/x'] }];
  const create = (more: object): Record<string, unknown> => ({ LoadBalancerArn: lb, Protocol: 'HTTP', Port: 82, DefaultActions: ok, ...more });
  refuses('ValidationError', "Listener port '81' is already in use", 'ModifyListener', { ListenerArn: first, Port: 81 });
  refuses('ValidationError', 'A condition field must be specified', 'CreateRule', rule([{ HttpRequestMethodConfig: { Values: ['POST'] } }]));
  refuses('ValidationError', "You cannot provide both Values and 'HostHeaderConfig' for a condition of type 'host-header'", 'CreateRule', rule([{ Field: 'host-header', Values: ['a.test'], HostHeaderConfig: { Values: ['a.test'] } }]));
  refuses('ValidationError', "Condition value '^/[a-z]{2}/' contains a character that is not valid", 'CreateRule', rule([{ Field: 'path-pattern', Values: ['^/[a-z]{2}/'] }]));
  refuses('ValidationError', "Condition value 'a.test:8443' contains a character that is not valid", 'CreateRule', rule([{ Field: 'host-header', Values: ['a.test:8443'] }]));
  refuses('ValidationError', "A rule can only have '6' wildcards", 'CreateRule', rule([{ Field: 'path-pattern', Values: ['/*/*/*/*', '/*?*'] }]));
  refuses('InvalidLoadBalancerAction', "For actions of type 'redirect', you must specify the following fields: 'RedirectConfig'", 'CreateRule', rule(path, [{ Type: 'redirect' }]));
  refuses('InvalidLoadBalancerAction', 'The redirect configuration is not valid because it creates a loop.', 'CreateRule', rule(path, [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }]));
  refuses('ValidationError', "Listener protocol 'TCP' must be one of 'HTTP, HTTPS'", 'CreateListener', create({ Protocol: 'TCP' }));
  refuses('ValidationError', 'A certificate must be specified for HTTPS listeners', 'CreateListener', create({ Protocol: 'HTTPS' }));
  const nlb = call('CreateLoadBalancer', { Name: 'net', Type: 'network', Subnets: subnetIds }).LoadBalancers[0].LoadBalancerArn;
  refuses('ValidationError', "Listener protocol 'HTTP' must be one of 'TLS, TCP, TCP_UDP, UDP'", 'CreateListener', create({ LoadBalancerArn: nlb }));
  for (const Protocol of ['UDP', 'TCP_UDP', 'QUIC']) refuses('UnsupportedOperation', /HAProxy 2.6 carries TCP/, 'CreateListener', create({ LoadBalancerArn: nlb, Protocol }));
  const tcp = group('raw', { Protocol: 'TCP' });
  refuses('IncompatibleProtocols', `The listener and its associated target group '${tcp}' have incompatible protocols: 'HTTP' and 'TCP'`, 'CreateListener', create({ DefaultActions: forward(tcp) }));
  refuses('InvalidConfigurationRequest', "Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'GRPC'", 'CreateListener', create({ DefaultActions: forward(group('grpc', { ProtocolVersion: 'GRPC' })) }));
  refuses('ValidationError', 'Health check interval must be greater than the timeout.', 'CreateTargetGroup', { Name: 'fast', Protocol: 'HTTP', Port: 80, VpcId: vpcId, TargetType: 'ip', HealthCheckIntervalSeconds: 5 });
  const long = 'x'.repeat(33);
  refuses('ValidationError', `The load balancer name '${long}' cannot be longer than '32' characters`, 'CreateLoadBalancer', { Name: long, Subnets: subnetIds });
  refuses('ValidationError', `Target group name '${long}' cannot be longer than '32' characters`, 'CreateTargetGroup', { Name: long, Protocol: 'HTTP', Port: 80, VpcId: vpcId });
  refuses('DuplicateTargetGroupName', "A target group with the same name 'raw' exists, but with different settings", 'CreateTargetGroup', { Name: 'raw', Protocol: 'TCP', Port: 81, VpcId: vpcId, TargetType: 'ip' });
  const app = group();
  const refusesTarget = (message: string, target: object): void => refuses('ValidationError', message, 'RegisterTargets', { TargetGroupArn: app, Targets: [{ Id: '172.31.0.9' }, target] });
  refusesTarget("You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, since the IP address '10.0.0.1' is outside the VPC", { Id: '10.0.0.1' });
  refusesTarget("The IP address '172.31.0.8' is within the VPC, and cannot have its Availability Zone overridden to 'all' from 'us-east-1a'", { Id: '172.31.0.8', AvailabilityZone: 'all' });
  assert.deepEqual([store.size(rules), store.size(targets), store.get(listeners, second)!.port], [0, 0, 81]);
});

test('another account or region sees nothing of it', () => {
  const arn = balancer();
  listener(arn, [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }]);
  for (const options of [{ account: '111111111111' }, { region: 'eu-west-1' }]) {
    assert.deepEqual(call('DescribeLoadBalancers', {}, options).LoadBalancers, []);
    assert.throws(() => call('DescribeListeners', { LoadBalancerArn: arn }, options), { name: 'LoadBalancerNotFound' });
    assert.deepEqual(call('DeleteLoadBalancer', { LoadBalancerArn: arn }, options), {});
  }
  assert.equal(store.size(listeners), 1);
});
