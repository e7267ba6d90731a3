// Where the wire does a library's work itself, by how much that pays: JSON output against the SDK's writer, the HMAC of a signature
// against node:crypto's. The decisions are docs/adr/wire-codecs.md.
import { DescribeTasks$ } from '@aws-sdk/client-ecs';
import { JsonShapeSerializer2 } from '@aws-sdk/core/protocols';
import { createHmac, createSecretKey } from 'node:crypto';
import { createJsonWriter } from '#wire/codec/json-writer.ts';
import { createShapes } from '#wire/shape.ts';
import { createHmacKey } from '#wire/sigv4/hmac.ts';

const ARN = 'arn:aws:ecs:us-east-1:000000000000';
const task = (index: number): unknown => ({
  taskArn: `${ARN}:task/default/${String(index).padStart(32, '0')}`,
  clusterArn: `${ARN}:cluster/default`,
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  createdAt: new Date(1_700_000_000_000 + index),
  startedAt: new Date(1_700_000_001_000 + index),
  cpu: '256',
  memory: '512',
  launchType: 'FARGATE',
  attachments: [{ id: 'a', type: 'ElasticNetworkInterface', status: 'ATTACHED', details: [{ name: 'privateIPv4Address', value: '10.0.0.1' }, { name: 'macAddress', value: '0a:58:00:00:00:01' }] }],
  containers: [{ containerArn: `${ARN}:container/${index}`, name: 'app', image: 'app:1', lastStatus: 'RUNNING', networkInterfaces: [{ attachmentId: 'a', privateIpv4Address: '10.0.0.1' }] }],
  tags: [{ key: 'team', value: 'ports' }],
  version: 3,
});
const output = { tasks: Array.from({ length: 100 }, (_, index) => task(index)), failures: [] };
const shape = createShapes().operation(DescribeTasks$ as never);
const ours = createJsonWriter();
const sdk = new JsonShapeSerializer2({ timestampFormat: { useTrait: true, default: 7 as never }, jsonName: false });

compare('JSON of DescribeTasks, 100 tasks', 'SDK writer', 'ours', 1_000, {
  theirs() {
    sdk.write(DescribeTasks$[5] as never, output);
    return sdk.flush();
  },
  ours: () => ours.write(shape.output, output),
});

const key = Buffer.alloc(32, 7);
const keyObject = createSecretKey(key);
const prepared = createHmacKey(key);
const text = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/ecs/aws4_request\n${'a'.repeat(64)}`;
compare('HMAC of a string to sign', 'createHmac', 'ours', 100_000, {
  theirs: () => createHmac('sha256', keyObject).update(text).digest('hex'),
  ours: () => prepared.sign(text),
});

function compare(what: string, theirName: string, ourName: string, times: number, run: { theirs: () => unknown; ours: () => unknown }): void {
  const measure = (once: () => unknown): number => {
    for (let i = 0; i < times / 4; i++) once();
    const started = process.cpuUsage();
    for (let i = 0; i < times; i++) once();
    const { user, system } = process.cpuUsage(started);
    return (user + system) / times;
  };
  const theirs = Math.min(measure(run.theirs), measure(run.theirs));
  const mine = Math.min(measure(run.ours), measure(run.ours));
  console.log(`${what}: ${theirName} ${theirs.toFixed(2)} µs, ${ourName} ${mine.toFixed(2)} µs of CPU: ${(theirs / mine).toFixed(1)}x`);
}
