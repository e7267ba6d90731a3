// The host's side of bench/credentials.ts in a process of its own: the metadata endpoint as an agent opens it, with tasks that have interfaces of
// a VPC or addresses of a bridge, and beside it a node:http server that always answers the same.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openCredentials } from '#agent/credentials.ts';
import { openMetadataEndpoint } from '#agent/metadata/endpoint.ts';
import { ADDRESS, runCommand } from '#agent/metadata/host-address.ts';
import { memoryStateStore } from '#agent/state-store.ts';
import { newTaskContext } from '#agent/task-context.ts';
import type { TaskRunner } from '#agent/task-runner.ts';
import { payloadTask } from '#agent/agent.fixture.ts';
import { planTask } from '#agent/spec/task-plan.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { systemClock } from '#base/system/clock.ts';
import { newRun, withContainer } from '#core/task-run/run.ts';

const count = Number(process.argv[2]);
const addressOf = (index: number): string => `127.1.${index >> 8}.${index & 255}`;
const text = JSON.stringify({ RoleArn: 'arn:aws:iam::000000000000:role/app', AccessKeyId: 'ASIA'.padEnd(20, 'X'), SecretAccessKey: 's'.repeat(40), Token: 't'.repeat(700), Expiration: '2030-01-01T00:00:00Z' });

const runners = new Map<string, TaskRunner>();
const credentials = openCredentials();
const paths: string[] = [];
for (let index = 0; index < count; index++) {
  const roleCredentials = { credentialsId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, accessKeyId: 'ASIA'.padEnd(20, 'X'), secretAccessKey: 's'.repeat(40), sessionToken: 't'.repeat(700), roleArn: 'arn:aws:iam::000000000000:role/app', expiration: '2030-01-01T00:00:00Z' };
  const eni = { attachmentArn: 'a', ec2Id: 'eni', macAddress: '', ipv4Addresses: [{ primary: true, privateAddress: addressOf(index) }], subnetGatewayIpv4Address: '127.1.0.1/16', vpcId: 'vpc', vpcCidrBlock: '127.1.0.0/16', subnetId: 's', securityGroupIds: [] };
  const payload = payloadTask(index, index % 2 === 0 ? { roleCredentials, networkMode: 'awsvpc', elasticNetworkInterfaces: [eni] } : { roleCredentials, networkMode: 'bridge' });
  credentials.takeFrom(payload);
  const run = withContainer(newRun(planTask(payload, 30_000, false)), 'app', { phase: 'running', runtimeId: String(index) });
  runners.set(payload.arn, { arn: payload.arn, context: newTaskContext(payload), run, post() {}, close() {} });
  paths.push(`/v2/credentials/${roleCredentials.credentialsId}`);
}

// Without the redirect of port 80: a benchmark leaves the host's NAT rules alone.
const endpoint = await openMetadataEndpoint({ state: memoryStateStore(), random: seededRandom(1), log: silentLogger, run: (file, args) => (file === 'ip' ? runCommand(file, args) : Promise.reject(new Error('not here'))) });
endpoint.serve({
  runners, credentials,
  runtime: {
    inspect: async (id) => ({ ok: true, value: { id, name: 'n', image: 'app', labels: {}, state: 'running', oomKilled: false, error: '', health: 'none', createdAtMs: 0, ports: [], addresses: { bridge: addressOf(Number(id)) } } }),
    inspectImage: async () => ({ ok: true, value: undefined }),
  },
  rawStats: async () => ({}), listTags: async () => ({}), containerInstanceArn: () => undefined, callAsTask: async () => ({}), clock: systemClock,
});
const floor = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}).listen({ port: 0, host: ADDRESS, backlog: 4096 }, () => {
  process.stdout.write(`${JSON.stringify({ url: endpoint.url, floor: `http://${ADDRESS}:${(floor.address() as AddressInfo).port}`, paths, addresses: paths.map((_, index) => addressOf(index)) })}\n`);
});
