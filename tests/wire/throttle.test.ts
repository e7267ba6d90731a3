// One call too many, as clients see it: the protocol's own code, which SDKs try again on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DescribeVpcs$, EC2Client, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { ECSClient, ListClusters$, ListClustersCommand } from '@aws-sdk/client-ecs';
import { GetCallerIdentity$, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Attempt } from '#wire/server.ts';
import { credentials, fakeService, openEndpoint } from './support.ts';

const services = [
  fakeService({ ListClusters: ListClusters$ }, { name: 'ecs', signingNames: ['ecs'], protocol: 'awsJson1_1', targetPrefix: 'AmazonEC2ContainerServiceV20141113' }, () => ({ clusterArns: [] })),
  fakeService({ DescribeVpcs: DescribeVpcs$ }, { name: 'ec2', signingNames: ['ec2'], protocol: 'ec2Query', apiVersion: '2016-11-15' }, () => ({ Vpcs: [] })),
  fakeService({ GetCallerIdentity: GetCallerIdentity$ }, { name: 'sts', signingNames: ['sts'], protocol: 'awsQuery', apiVersion: '2011-06-15' }, () => ({ Account: '1' })),
];

test('a throttled call answers in the words of its protocol, is not handled, and a retry gets through', async (t) => {
  let left = 0;
  const attempts: Attempt[] = [];
  const throttle = (attempt: Attempt): boolean => (attempts.push(attempt), left-- > 0);
  const endpoint = await openEndpoint(services.map(({ service }) => service), { throttle });
  t.after(() => endpoint.close());
  const config = { endpoint: endpoint.url, region: 'eu-west-1', credentials };
  const once = { ...config, maxAttempts: 1 };
  const refusal = async (send: () => Promise<unknown>): Promise<string> => {
    left = 1;
    return await send().then(() => 'passed', (error: any) => `${error.name} ${error.$metadata.httpStatusCode}: ${error.message}`);
  };
  const sends = [
    () => new ECSClient(once).send(new ListClustersCommand({})),
    () => new EC2Client(once).send(new DescribeVpcsCommand({})),
    () => new STSClient(once).send(new GetCallerIdentityCommand({})),
  ];
  assert.equal(await refusal(sends[0]!), 'ThrottlingException 400: Rate exceeded');
  assert.equal(await refusal(sends[1]!), 'RequestLimitExceeded 503: Request limit exceeded.');
  assert.equal(await refusal(sends[2]!), 'Throttling 400: Rate exceeded');
  assert.deepEqual(services.map(({ handled }) => handled.length), [0, 0, 0]);
  assert.equal(attempts[0]?.region, 'eu-west-1');
  assert.equal(attempts[0]?.operation, 'ListClusters');
  // The SDK knows the code and tries again by itself.
  left = 1;
  await new ECSClient(config).send(new ListClustersCommand({}));
  assert.equal(services[0]!.handled.length, 1);
});
