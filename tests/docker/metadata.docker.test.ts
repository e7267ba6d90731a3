// The metadata and credentials endpoint on a real host: containers of every network mode reach it and see themselves, and nobody else.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { openMetadataEndpoint } from '#agent/metadata/endpoint.ts';
import type { MetadataEndpoint } from '#agent/metadata/endpoint.ts';
import { memoryStateStore } from '#agent/state-store.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import type { PayloadTask } from '#link/messages.ts';
import { taskInterfaceSpec } from '#agent/network/task-interfaces.ts';
import { busybox, openWorld, type AgentWorld } from './agent-world.ts';

const exec = promisify(execFile);
let w: AgentWorld;
let endpoint: MetadataEndpoint;
let metadataFolder: string;
const disk = new Map<string, string>();
const open = (state = disk): Promise<MetadataEndpoint> => openMetadataEndpoint({ state: memoryStateStore(state), random: systemRandom, log: silentLogger });

before(async () => {
  endpoint = await open();
  metadataFolder = mkdtempSync(join(tmpdir(), 'longshore-metadata-'));
  w = await openWorld({}, { metadataFolder, metadata: (context, container) => endpoint.environment(context, container) });
  serve(endpoint);
});
after(async () => {
  await w.close();
  assert.deepEqual(readdirSync(metadataFolder), []);
  rmSync(metadataFolder, { recursive: true, force: true });
  endpoint.close();
});

function serve(one: MetadataEndpoint): void {
  one.serve({
    runners: w.agent.tasks, credentials: w.agent.credentials, runtime: w.runtime, rawStats: (id) => w.runtime.rawStats(id), listTags: async () => ({}), containerInstanceArn: () => undefined, callAsTask: async () => ({}), clock: systemClock,
    counters({ context: { payload, namespace } }) {
      const made = taskInterfaceSpec(payload, namespace ?? '');
      return made && w.interfaces.counters(made);
    },
  });
}

const role = (id: string) => ({ credentialsId: id, accessKeyId: `ASIA${id}`, secretAccessKey: `secret-${id}`, sessionToken: 't', roleArn: 'arn:aws:iam::000000000000:role/app', expiration: '2030-01-01T00:00:00Z' });

/** By nc: busybox's static wget crashes. It goes when its input ends, so slow answers are waited for in the input. */
const GET = 'u="${URL#http://}"; at="${u%%/*}"; port="${at#*:}"; [ "$port" = "$at" ] && port=80; (printf "GET /%s HTTP/1.0\\r\\nHost: metadata\\r\\n\\r\\n" "${u#*/}"; sleep "$WAIT") | nc -w 10 "${at%%:*}" "$port"';

/** What a GET from inside the container gives: the body, or the status line when it is refused. The container's environment is the shell's. */
async function get(task: PayloadTask, url: string, waitS = 2): Promise<string> {
  // Not execFileSync: the endpoint is in this very process.
  const { stdout: text } = await exec('docker', ['exec', w.ids(task).get('app') ?? '?', 'sh', '-c', `URL="${url}"; WAIT=${waitS}; ${GET}`], { encoding: 'utf8', timeout: 20_000 });
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return head.startsWith('HTTP/1.1 200') ? body : head;
}

const credentialsUrl = '${AWS_CONTAINER_CREDENTIALS_FULL_URI:-http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}';

test('tasks in a VPC, on the bridge and on the host see their metadata, statistics and credentials', async () => {
  const tasks = [
    w.task({ networkMode: 'awsvpc', elasticNetworkInterfaces: [w.eni(11)], roleCredentials: role('a'), containers: [busybox('app')] }),
    w.task({ networkMode: 'awsvpc', elasticNetworkInterfaces: [w.eni(12)], roleCredentials: role('b'), containers: [busybox('app'), busybox('side')] }),
    w.task({ networkMode: 'bridge', roleCredentials: role('c'), containers: [busybox('app')] }),
    w.task({ networkMode: 'host', roleCredentials: role('d'), containers: [busybox('app')] }),
  ];
  for (const task of tasks) w.run(task);
  for (const task of tasks) await w.until(task, 'RUNNING');
  await Promise.all(tasks.map(async (task) => {
    const own = JSON.parse(await get(task, '$ECS_CONTAINER_METADATA_URI_V4')) as Record<string, unknown>;
    assert.equal(own['DockerId'], w.ids(task).get('app'), task.networkMode);
    const whole = JSON.parse(await get(task, '$ECS_CONTAINER_METADATA_URI_V4/task')) as { TaskARN: string; Containers: unknown[] };
    assert.deepEqual([whole.TaskARN, whole.Containers.length], [task.arn, task.containers.length]);
    const stats = JSON.parse(await get(task, '$ECS_CONTAINER_METADATA_URI/stats', 4)) as { memory_stats: { usage: number }; networks?: { eth0?: { rx_bytes: number; tx_bytes: number } } };
    assert.ok(stats.memory_stats.usage > 0);
    if (task.networkMode === 'awsvpc') assert.ok((stats.networks?.eth0?.rx_bytes ?? 0) > 0 && (stats.networks?.eth0?.tx_bytes ?? 0) > 0);
    const credentials = JSON.parse(await get(task, credentialsUrl)) as Record<string, unknown>;
    assert.equal(credentials['AccessKeyId'], task.roleCredentials?.accessKeyId);
  }));
  // Another task's addresses, known by whatever means, give nothing.
  const [a, b] = tasks as [PayloadTask, PayloadTask];
  const foreign = endpoint.environment({ payload: a } as never, 'app');
  const theirs = foreign['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? `http://169.254.170.2${foreign['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] ?? ''}`;
  assert.match(await get(b, theirs), /400 Bad Request/);
  assert.match(await get(b, foreign['ECS_CONTAINER_METADATA_URI_V4'] ?? ''), /404 Not Found/);
});

test('the container metadata file is there from the start, and whole once the container runs', async () => {
  const task = w.task({ networkMode: 'bridge', containers: [busybox('app')] });
  w.run(task);
  await w.until(task, 'RUNNING');
  const { stdout } = await exec('docker', ['exec', w.ids(task).get('app') ?? '?', 'sh', '-c', 'cat "$ECS_CONTAINER_METADATA_FILE"; ! touch "$ECS_CONTAINER_METADATA_FILE" 2>/dev/null']);
  const file = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual([file['MetadataFileStatus'], file['TaskARN'], file['ContainerName'], file['ContainerID'], file['Cluster']], ['READY', task.arn, 'app', w.ids(task).get('app'), 'default']);
});

/** The status line for a request line as it stands, sent from this host. */
async function rawStatus(requestLine: string): Promise<string> {
  const { hostname, port } = new URL(endpoint.url ?? '');
  const socket = connect(Number(port || 80), hostname);
  socket.setEncoding('latin1').write(`${requestLine} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text.split('\r\n')[0] ?? '';
}

test('tricks with paths and methods lead nowhere, even with an id that is right', async () => {
  const task = w.task({ networkMode: 'host', roleCredentials: role('e'), containers: [busybox('app')] });
  w.run(task);
  await w.until(task, 'RUNNING');
  const own = new URL(endpoint.environment({ payload: task } as never, 'app')['ECS_CONTAINER_METADATA_URI_V4'] ?? '').pathname;
  assert.match(await rawStatus(`GET ${own}`), / 200 /);
  assert.match(await rawStatus('GET /v2/credentials/e'), / 200 /);
  const encoded = (path: string): string => path.replaceAll('/', '%2F');
  for (const line of [
    `GET /${own}`, `GET /v4/..${own}`, `GET /.${own}`, `GET ${own}/../../v2/credentials/e`, `GET ${encoded(own)}`, `GET /%76${own.slice(2)}`, `GET ${own}%00`, `GET ${own}#x`, `GET ${own}?a`,
    `GET http://169.254.170.2${own}`, 'GET //v2/credentials/e', 'GET /v2//credentials/e', 'GET /v2/credentials/%65', 'GET /v2/credentials/e/../e', 'GET /V2/credentials/e', 'GET http://x/v2/credentials/e', 'GET /v2/credentials/',
    `POST ${own}`, `PUT ${own}`, `DELETE ${own}`, 'PUT /v2/credentials/e', 'HEAD /v2/credentials/e', 'TRACE /v2/credentials/e', 'OPTIONS *', 'CONNECT 127.0.0.1:22',
  ]) assert.match(await rawStatus(line), /^(HTTP\/1\.1 4\d\d .*)?$/, line);
});

test('a second agent beside the first has a port of its own, and keeps it over a restart', async () => {
  const memory = new Map<string, string>();
  const second = await open(memory);
  assert.notEqual(second.url, endpoint.url);
  assert.match(second.url ?? '', /^http:\/\/169\.254\.170\.2:\d+$/);
  second.close();
  const again = await open(memory);
  assert.equal(again.url, second.url);
  again.close();
});

test('port 80 of the host stays free for a task that publishes it', () => {
  const listening = execFileSync('sh', ['-c', 'cat /proc/net/tcp'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes(':0050 ') && line.includes(' 0A '));
  assert.ok(!listening.some((line) => line.includes('02AAFEA9:0050')));
});
