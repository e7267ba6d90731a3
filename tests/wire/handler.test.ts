// The handler's promises: real SDK clients understand it, replies wait for durability, bugs become counted 500s.
import { CloudWatchLogsClient, StartLiveTail$, StartLiveTailCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeVpcs$, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ClusterNotFoundException, DescribeClusters$, DescribeClustersCommand, ECSClient, ListClusters$, ListClustersCommand, RegisterTaskDefinition$, ServerException } from '@aws-sdk/client-ecs';
import { GetCallerIdentity$, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import { silentLogger, type Logger } from '#base/logger.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { AwsCall } from '#wire/call.ts';
import type { AwsHandlerOptions } from '#wire/server.ts';
import type { OperationSchema, Service } from '#wire/service.ts';
import { ACCOUNT, credentials, fakeService, openEndpoint, type Endpoint } from './support.ts';

const TARGET = 'AmazonEC2ContainerServiceV20141113';
const ECS_SCHEMAS = { ListClusters: ListClusters$, DescribeClusters: DescribeClusters$, RegisterTaskDefinition: RegisterTaskDefinition$ } as unknown as Record<string, OperationSchema>;
const ECS = { name: 'ecs', signingNames: ['ecs'], targetPrefix: TARGET, protocol: 'awsJson1_1', faultCode: 'ServerException' } as const;

async function open(t: TestContext, services: readonly Service<any>[], options: Partial<AwsHandlerOptions> & { mode?: 'strict' | 'relaxed' } = {}): Promise<Endpoint> {
  const endpoint = await openEndpoint(services, options);
  t.after(() => endpoint.close());
  return endpoint;
}

const clientOptions = (endpoint: Endpoint) => ({ endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 });

const post = (endpoint: Endpoint, operation: string, body = '{}', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(endpoint.url, { method: 'POST', headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${TARGET}.${operation}`, ...headers }, body });

test('one port serves ECS, STS and EC2 to their own clients; the call carries what the signature says', async (t) => {
  const ecs = fakeService(ECS_SCHEMAS, ECS, () => ({ clusterArns: ['a'] }));
  const sts = fakeService({ GetCallerIdentity: GetCallerIdentity$ as never }, { name: 'sts', signingNames: ['sts'], apiVersion: '2011-06-15', protocol: 'awsQuery' }, (_input, _name, call) => ({
    Account: call.caller.account,
    Arn: call.caller.arn,
    UserId: call.caller.userId,
  }));
  const ec2 = fakeService({ DescribeVpcs: DescribeVpcs$ as never }, { name: 'ec2', signingNames: ['ec2'], apiVersion: '2016-11-15', protocol: 'ec2Query' }, () => ({ Vpcs: [{ VpcId: 'vpc-1' }] }));
  const endpoint = await open(t, [ecs.service, sts.service, ec2.service]);
  assert.deepEqual((await new ECSClient(clientOptions(endpoint)).send(new ListClustersCommand({}))).clusterArns, ['a']);
  assert.equal((await new STSClient(clientOptions(endpoint)).send(new GetCallerIdentityCommand({}))).Account, ACCOUNT);
  assert.equal((await new EC2Client(clientOptions(endpoint)).send(new DescribeVpcsCommand({}))).Vpcs?.[0]?.VpcId, 'vpc-1');
  const call = ecs.handled[0]?.call as AwsCall;
  assert.equal(call.region, 'eu-west-1');
  assert.equal(call.service, 'ecs');
  assert.equal(call.operation, 'ListClusters');
  assert.equal(call.baseUrl, endpoint.url);
  assert.match(call.userAgent, /aws-sdk-js/);
  assert.equal(call.requestId, endpoint.observed[0]?.requestId);
});

test('a modelled error arrives as its class, with its members and the request id', async (t) => {
  const { service } = fakeService(ECS_SCHEMAS, ECS, () => {
    throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  });
  const endpoint = await open(t, [service]);
  await assert.rejects(new ECSClient(clientOptions(endpoint)).send(new DescribeClustersCommand({})), (error: unknown) => {
    assert.ok(error instanceof ClusterNotFoundException);
    assert.equal(error.message, 'Cluster not found.');
    assert.equal(error.$metadata.requestId, endpoint.observed[0]?.requestId);
    return true;
  });
});

test('an exception that is no AwsError is a 500 in the service’s name, logged with its stack and counted as a fault', async (t) => {
  const logged: Record<string, unknown>[] = [];
  const log: Logger = { ...silentLogger, error: (_message, fields) => void logged.push(fields ?? {}) };
  const { service } = fakeService(ECS_SCHEMAS, ECS, (_input, name) => {
    if (name === 'ListClusters') throw new TypeError('a bug of ours');
    return Promise.reject(new TypeError('a later bug'));
  });
  const endpoint = await open(t, [service], { log });
  await assert.rejects(new ECSClient(clientOptions(endpoint)).send(new ListClustersCommand({})), (error: unknown) => error instanceof ServerException && !error.message.includes('bug'));
  await assert.rejects(new ECSClient(clientOptions(endpoint)).send(new DescribeClustersCommand({})), ServerException);
  assert.deepEqual(endpoint.observed.map(({ fault, httpStatus, errorCode }) => `${fault} ${httpStatus} ${errorCode}`), ['true 500 ServerException', 'true 500 ServerException']);
  assert.match(String(logged[0]?.stack), /a bug of ours[\s\S]*handler\.test/);
});

test('output that does not fit its schema is a fault too, not a crash', async (t) => {
  const { service } = fakeService(ECS_SCHEMAS, ECS, () => ({ clusterArns: 5 }));
  const endpoint = await open(t, [service], { mode: 'relaxed' });
  assert.equal((await post(endpoint, 'ListClusters')).status, 500);
  assert.equal(endpoint.observed[0]?.fault, true);
});

test('nothing is written, result or error, before beforeReply resolves; a rejection is a 500', async (t) => {
  const gates: PromiseWithResolvers<void>[] = [];
  const { service, handled } = fakeService(ECS_SCHEMAS, ECS, (_input, name) => {
    if (name === 'DescribeClusters') throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return { clusterArns: [] };
  });
  const endpoint = await open(t, [service], {
    mode: 'relaxed',
    beforeReply() {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      return gate.promise;
    },
  });
  for (const [operation, status] of [['ListClusters', 200], ['DescribeClusters', 400]] as const) {
    const before = handled.length;
    const reply = post(endpoint, operation);
    let answered = false;
    void reply.then(() => (answered = true));
    while (gates.length === before) await new Promise((resolve) => setImmediate(resolve));
    // A second request on another connection gets through to its own gate: the first has had every chance to be written.
    const probe = post(endpoint, 'Unknown');
    assert.equal((await probe).status, 400);
    assert.equal(answered, false);
    assert.equal(handled.length, before + 1);
    (gates.at(-1) as PromiseWithResolvers<void>).resolve();
    assert.equal((await reply).status, status);
  }
  const failed = post(endpoint, 'ListClusters');
  while (gates.length === 2) await new Promise((resolve) => setImmediate(resolve));
  (gates.at(-1) as PromiseWithResolvers<void>).reject(new Error('disk full'));
  assert.equal((await failed).status, 500);
});

test('a service answers for missing and unreadable members in its own words', async (t) => {
  const { service, handled } = fakeService(
    ECS_SCHEMAS,
    {
      ...ECS,
      onMissing: (missing, operation) => new AwsError('ClientException', `${operation} lacks ${missing.join(',')}`),
      onUnreadable: (message, operation) => new AwsError('InvalidParameterException', `${operation}: ${message}`),
    },
    () => ({}),
  );
  const endpoint = await open(t, [service], { mode: 'relaxed' });
  const missing = await (await post(endpoint, 'RegisterTaskDefinition', '{"containerDefinitions":[]}')).json();
  assert.deepEqual(missing, { __type: 'ClientException', message: 'RegisterTaskDefinition lacks family' });
  const unreadable = (await (await post(endpoint, 'ListClusters', '{"maxResults":[]}')).json()) as Record<string, string>;
  assert.equal(unreadable['__type'], 'InvalidParameterException');
  assert.equal(handled.length, 0);
});

test('relaxed: twelve digits name the account, other keys and no key the default one, a known key its own', async (t) => {
  const { service, handled } = fakeService(ECS_SCHEMAS, ECS, () => ({}));
  const endpoint = await open(t, [service], { mode: 'relaxed' });
  const send = (accessKeyId: string, region: string) =>
    new ECSClient({ ...clientOptions(endpoint), region, credentials: { accessKeyId, secretAccessKey: 'whatever' } }).send(new ListClustersCommand({}));
  await send('444455556666', 'eu-north-1');
  await send('test', 'us-west-2');
  await send(credentials.accessKeyId, 'us-west-2');
  await post(endpoint, 'ListClusters');
  await post(endpoint, 'ListClusters', '{}', { authorization: 'Bearer nonsense' });
  const seen = handled.map(({ call }) => [call.caller.account, call.region]);
  assert.deepEqual(seen, [['444455556666', 'eu-north-1'], ['000000000000', 'us-west-2'], [ACCOUNT, 'us-west-2'], ['000000000000', 'us-east-1'], ['000000000000', 'us-east-1']]);
  assert.equal(handled[0]?.call.caller.arn, 'arn:aws:iam::444455556666:root');
});

test('an operation marked unsigned needs no signature, the others of its service do', async (t) => {
  const { service } = fakeService(ECS_SCHEMAS, ECS, () => ({ clusterArns: [] }));
  const operations = { ...service.operations, ListClusters: { ...service.operations.ListClusters, signed: false } } as Service<AwsCall>['operations'];
  const endpoint = await open(t, [{ ...service, operations }]);
  assert.equal((await post(endpoint, 'ListClusters')).status, 200);
  assert.equal((await post(endpoint, 'DescribeClusters')).status, 400);
});

test('an operation may take a bigger body than the server’s limit', async (t) => {
  const { service } = fakeService(ECS_SCHEMAS, ECS, () => ({ clusterArns: [] }));
  const operations = { ...service.operations, ListClusters: { ...service.operations.ListClusters, maxBodyBytes: 5_000 } } as Service<AwsCall>['operations'];
  const endpoint = await open(t, [{ ...service, operations }], { mode: 'relaxed', maxBodyBytes: 1_000 });
  const body = JSON.stringify({ nextToken: 'x'.repeat(4_000) });
  assert.equal((await post(endpoint, 'ListClusters', body)).status, 200);
  assert.equal((await post(endpoint, 'DescribeClusters', body)).status, 413);
});

test('the call’s signal aborts when the client hangs up', async (t) => {
  const aborted = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const { service } = fakeService(ECS_SCHEMAS, ECS, (_input, _name, call) => {
    call.signal.addEventListener('abort', () => aborted.resolve());
    entered.resolve();
    return new Promise(() => {});
  });
  const endpoint = await open(t, [service], { mode: 'relaxed' });
  const controller = new AbortController();
  const request = fetch(endpoint.url, { method: 'POST', headers: { 'x-amz-target': `${TARGET}.ListClusters` }, body: '{}', signal: controller.signal });
  await entered.promise;
  controller.abort();
  await assert.rejects(request);
  await aborted.promise;
});

test('StartLiveTail: the client gets the initial response, the events, a modelled exception in the stream', async (t) => {
  const start = { requestId: 'r', sessionId: 's', logGroupIdentifiers: ['arn:g'] };
  const update = { sessionMetadata: { sampled: false }, sessionResults: [{ message: 'line é', timestamp: 1_700_000_000_000, logStreamName: 'x' }] };
  const { service } = fakeService({ StartLiveTail: StartLiveTail$ as never }, { name: 'logs', signingNames: ['logs'], targetPrefix: 'Logs_20140328', protocol: 'awsJson1_1' }, () => ({
    responseStream: (async function* () {
      yield { sessionStart: start };
      yield { sessionUpdate: update };
      throw new AwsError('SessionTimeoutException', 'three hours are over');
    })(),
  }));
  const endpoint = await open(t, [service]);
  const client = new CloudWatchLogsClient({ ...clientOptions(endpoint), disableHostPrefix: true });
  t.after(() => client.destroy());
  const output = await client.send(new StartLiveTailCommand({ logGroupIdentifiers: ['arn:g'] }));
  const events: unknown[] = [];
  await assert.rejects(
    (async () => {
      for await (const event of output.responseStream ?? []) events.push(event);
    })(),
    (error: Error) => error.name === 'SessionTimeoutException' && error.message === 'three hours are over',
  );
  assert.deepEqual(events, [{ sessionStart: start }, { sessionUpdate: update }]);
});

test('StartLiveTail: the source is told to stop when the client hangs up', async (t) => {
  const stopped = Promise.withResolvers<void>();
  const { service } = fakeService({ StartLiveTail: StartLiveTail$ as never }, { name: 'logs', signingNames: ['logs'], targetPrefix: 'Logs_20140328', protocol: 'awsJson1_1' }, (_input, _name, call) => ({
    responseStream: {
      [Symbol.asyncIterator]: () => {
        let first = true;
        return {
          next: () => {
            if (!first) return new Promise(() => {});
            first = false;
            return Promise.resolve({ done: false, value: { sessionStart: { sessionId: call.requestId } } });
          },
          return: () => {
            stopped.resolve();
            return Promise.resolve({ done: true, value: undefined });
          },
        };
      },
    },
  }));
  const endpoint = await open(t, [service]);
  const client = new CloudWatchLogsClient({ ...clientOptions(endpoint), disableHostPrefix: true });
  const controller = new AbortController();
  const output = await client.send(new StartLiveTailCommand({ logGroupIdentifiers: ['arn:g'] }), { abortSignal: controller.signal });
  const iterator = (output.responseStream as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  await iterator.next();
  controller.abort();
  client.destroy();
  await stopped.promise;
});
