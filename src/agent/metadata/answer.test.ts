// Who may see what at the metadata address, and in what shape.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newRun, withContainer } from '#core/task-run/run.ts';
import { seededRandom } from '#base/random.ts';
import type { PayloadTask, RoleCredentials } from '#link/messages.ts';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { payloadContainer, payloadTask } from '../agent.fixture.ts';
import { openCredentials } from '../credentials.ts';
import { planTask } from '../spec/task-plan.ts';
import { memoryStateStore } from '../state-store.ts';
import { newTaskContext } from '../task-context.ts';
import type { TaskRunner } from '../task-runner.ts';
import { answer, type MetadataSource } from './answer.ts';
import { openCallers } from './callers.ts';
import { openContainerIds } from './container-ids.ts';
import { openRateMemory } from './network-rates.ts';

const role = (id: string): RoleCredentials => ({ credentialsId: id, accessKeyId: `ASIA-${id}`, secretAccessKey: `secret-${id}`, sessionToken: 't', roleArn: 'arn:aws:iam::000000000000:role/app', expiration: '2030-01-01T00:00:00Z' });
const eni = (address: string): NonNullable<PayloadTask['elasticNetworkInterfaces']> => [
  { attachmentArn: 'a', ec2Id: 'eni-1', macAddress: '02:00:00:00:00:01', ipv4Addresses: [{ primary: true, privateAddress: address }], subnetGatewayIpv4Address: '10.0.16.1/20', vpcId: 'vpc-1', vpcCidrBlock: '10.0.0.0/16', subnetId: 's', securityGroupIds: [] },
];

function world() {
  const ids = openContainerIds(memoryStateStore(), seededRandom(1));
  const credentials = openCredentials();
  const runners = new Map<string, TaskRunner>();
  const asked: { role: string; operation: string; input: object }[] = [];
  const add = (task: PayloadTask): PayloadTask => {
    const run = withContainer(newRun(planTask(task, 30_000, false)), 'app', { phase: 'running', runtimeId: `id-${task.arn.slice(-2)}`, startedAtMs: 1000 });
    credentials.takeFrom(task);
    runners.set(task.arn, { arn: task.arn, context: newTaskContext(task), run: { ...run, reachedRunning: true }, post() {}, close() {} });
    return task;
  };
  const source: MetadataSource = {
    runners, credentials,
    runtime: {
      inspect: async (id) => ({ ok: true, value: { id, name: 'n', image: 'app:1', labels: { l: '1' }, state: 'running', oomKilled: false, error: '', health: 'none', createdAtMs: 500, ports: [], addresses: { bridge: '172.17.0.9' } } }),
      inspectImage: async () => ({ ok: true, value: { id: 'sha256:abc' } }),
    },
    rawStats: async (id) => ({ id }),
    listTags: async (arn): Promise<Record<string, string>> => (arn.includes(':task/') ? { team: 'red' } : {}),
    containerInstanceArn: () => undefined,
    rates: openRateMemory(),
    async callAsTask(arn, role, operation, input) {
      asked.push({ role: role.accessKeyId, operation, input });
      return { protectedTasks: [{ taskArn: arn, protectionEnabled: operation === 'UpdateTaskProtection', ...(operation === 'UpdateTaskProtection' && { expirationDate: 1_700_000_000 }) }], failures: [] };
    },
    clock: virtualClock(),
  };
  const callers = openCallers(source, (address) => address === '192.168.0.1');
  const get = (path: string, from: string, body?: string) => answer(source, callers, ids, path, from, body);
  return { add, get, ids, asked };
}

test('a container sees itself and its task, in the shape of version 4', async () => {
  const { add, get, ids } = world();
  const task = add(payloadTask(1, { launchType: 'FARGATE', networkMode: 'awsvpc', elasticNetworkInterfaces: eni('10.0.16.5'), cpu: 0.25, memory: 512, availabilityZone: 'us-east-1a' }));
  const base = `/v4/${ids(task.arn, 'app')}`;
  const own = (await get(base, '10.0.16.5')) as { status: number; body: any };
  assert.equal(own.status, 200);
  assert.deepEqual([own.body.DockerId, own.body.Name, own.body.KnownStatus, own.body.ImageID, own.body.Type], [`id-${task.arn.slice(-2)}`, 'app', 'RUNNING', 'sha256:abc', 'NORMAL']);
  assert.deepEqual(own.body.Networks, [{ NetworkMode: 'awsvpc', IPv4Addresses: ['10.0.16.5'], AttachmentIndex: 0, MACAddress: '02:00:00:00:00:01', IPv4SubnetCIDRBlock: '10.0.16.0/20', SubnetGatewayIpv4Address: '10.0.16.1/20' }]);
  const whole = (await get(`${base}/task`, '10.0.16.5')).body as any;
  assert.deepEqual([whole.TaskARN, whole.Cluster, whole.LaunchType, whole.Limits, whole.VPCID, whole.Containers.length], [task.arn, task.taskClusterArn, 'FARGATE', { CPU: 0.25, Memory: 512 }, 'vpc-1', 1]);
  assert.deepEqual(((await get(`${base}/taskWithTags`, '10.0.16.5')).body as any).TaskTags, { team: 'red' });
  assert.deepEqual((await get(`${base}/stats`, '10.0.16.5')).body, { id: own.body.DockerId });
  assert.deepEqual((await get(`${base}/task/stats`, '10.0.16.5')).body, { [own.body.DockerId]: { id: own.body.DockerId } });
  const third = (await get(`/v3/${ids(task.arn, 'app')}`, '10.0.16.5')).body as any;
  assert.deepEqual([third.ContainerARN, third.LogDriver, third.Networks], [undefined, undefined, [{ NetworkMode: 'awsvpc', IPv4Addresses: ['10.0.16.5'] }]]);
});

test('the id alone and the address alone are not enough: no task sees another', async () => {
  const { add, get, ids } = world();
  const a = add(payloadTask(1, { networkMode: 'awsvpc', elasticNetworkInterfaces: eni('10.0.16.5'), roleCredentials: role('c-a') }));
  add(payloadTask(2, { networkMode: 'awsvpc', elasticNetworkInterfaces: eni('10.0.16.6'), roleCredentials: role('c-b') }));
  const path = `/v4/${ids(a.arn, 'app')}`;
  assert.equal((await get(path, '10.0.16.6')).status, 404);
  assert.deepEqual(await get(path, '10.0.16.6'), await get(`${path.slice(0, -1)}${path.endsWith('1') ? '2' : '1'}`, '10.0.16.5'));
  assert.equal((await get('/v2/credentials/c-a', '10.0.16.6')).status, 400);
  assert.deepEqual(await get('/v2/credentials/c-a', '10.0.16.6'), await get('/v2/credentials/unknown', '10.0.16.6'));
  assert.deepEqual((await get('/v2/credentials/c-a', '10.0.16.5')).body, {
    RoleArn: 'arn:aws:iam::000000000000:role/app', AccessKeyId: 'ASIA-c-a', SecretAccessKey: 'secret-c-a', Token: 't', Expiration: '2030-01-01T00:00:00Z',
  });
});

test('tasks on the bridge and on the host are known by those addresses', async () => {
  const { add, get, ids } = world();
  const bridge = add(payloadTask(3, { networkMode: 'bridge' }));
  const host = add(payloadTask(4, { networkMode: 'host' }));
  const status = async (task: PayloadTask, from: string): Promise<number> => (await get(`/v4/${ids(task.arn, 'app')}`, from)).status;
  assert.deepEqual([await status(bridge, '172.17.0.9'), await status(bridge, '172.17.0.8'), await status(bridge, '192.168.0.1')], [200, 404, 404]);
  assert.deepEqual([await status(host, '192.168.0.1'), await status(host, '172.17.0.9')], [200, 404]);
});

test('nothing but the paths themselves is understood', async () => {
  const { add, get, ids } = world();
  const task = add(payloadTask(5, { networkMode: 'host', roleCredentials: role('c-x') }));
  const id = ids(task.arn, 'app');
  const tricks = [
    '/', '/v4', '/v4/', `/v4/${id}/../${id}`, `/v4/${id}/task/../task`, `//v4/${id}`, `/v4//${id}`, `/v4/%2e%2e/${id}`, `/v4/${id}%00`, `/v4/${id}?x=1`, `/V4/${id}`,
    `http://169.254.170.2/v4/${id}`, `/v4/${id}/credentials`, '/v2/credentials/../credentials/c-x', '/v2/credentials', '/v2/credentials?id=c-x', '/v2/metadata', `/v5/${id}`,
  ];
  for (const path of tricks) assert.ok([400, 404].includes((await get(path, '192.168.0.1')).status), path);
  assert.equal((await get(`/v4/${id}/`, '192.168.0.1')).status, 200);
});

test('credentials that are not here yet are asked for again; those of a later refresh are given', async () => {
  const { add, get } = world();
  add(payloadTask(6, { networkMode: 'host', roleCredentials: { ...role('c-y'), secretAccessKey: '', accessKeyId: '' } }));
  assert.equal((await get('/v2/credentials/c-y', '192.168.0.1')).status, 503);
});

test('who has a restart policy sees how often it was started again, from the first time on', async () => {
  const { add, get, ids } = world();
  const task = add(payloadTask(9, { networkMode: 'awsvpc', elasticNetworkInterfaces: eni('10.0.16.9'), containers: [payloadContainer({ restartPolicy: { enabled: true } })] }));
  const { body } = (await get(`/v4/${ids(task.arn, 'app')}`, '10.0.16.9')) as { body: { RestartCount?: number } };
  assert.equal(body.RestartCount, 0);
});

test('ids are the same after a restart, and others with another key', () => {
  const disk = new Map<string, string>();
  const first = openContainerIds(memoryStateStore(disk), seededRandom(1))('arn:task/x/0a', 'app');
  assert.equal(openContainerIds(memoryStateStore(disk), seededRandom(2))('arn:task/x/0a', 'app'), first);
  assert.notEqual(openContainerIds(memoryStateStore(), seededRandom(2))('arn:task/x/0a', 'app'), first);
  assert.match(first, /^0a-\d{30,39}$/);
});

test('a task sees and changes its own protection, as its own role', async () => {
  const { add, get, ids, asked } = world();
  const task = add(payloadTask(7, { networkMode: 'host', roleCredentials: role('c-p') }));
  const path = `/api/${ids(task.arn, 'app')}/task-protection/v1/state`;
  assert.deepEqual(await get(path, '192.168.0.1'), { status: 200, body: { protection: { ExpirationDate: null, ProtectionEnabled: false, TaskArn: task.arn } } });
  const put = await get(path, '192.168.0.1', '{"ProtectionEnabled":true,"ExpiresInMinutes":60}');
  assert.deepEqual(put, { status: 200, body: { protection: { ExpirationDate: '2023-11-14T22:13:20Z', ProtectionEnabled: true, TaskArn: task.arn } } });
  const common = { cluster: 'default', tasks: [task.arn] };
  assert.deepEqual(asked, [
    { role: 'ASIA-c-p', operation: 'GetTaskProtection', input: common },
    { role: 'ASIA-c-p', operation: 'UpdateTaskProtection', input: { ...common, protectionEnabled: true, expiresInMinutes: 60 } },
  ]);
  for (const body of ['', '[]', '{}', '{"ProtectionEnabled":"yes"}', '{"ProtectionEnabled":true,"ExpiresInMinutes":"x"}']) {
    assert.deepEqual(((await get(path, '192.168.0.1', body)) as { status: number; body: any }).body.error.Code, 'InvalidParameterException', body);
  }
  assert.equal((await get(path, '10.0.0.1')).status, 404);
  const bare = add(payloadTask(8, { networkMode: 'host' }));
  assert.equal((await get(`/api/${ids(bare.arn, 'app')}/task-protection/v1/state`, '192.168.0.1')).status, 403);
});
