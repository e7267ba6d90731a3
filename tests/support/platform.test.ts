// The platform helper: a server that answers, dies, and comes back with what it had.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { CreateClusterCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { startPlatform } from './platform.ts';
import type { TestPlatform } from './platform.ts';

let platform: TestPlatform;
let ecs: ECSClient;
before(async () => {
  platform = await startPlatform();
  ecs = new ECSClient(platform.sdk);
});
after(async () => {
  ecs?.destroy();
  await platform?.stop();
});

const clusters = async (): Promise<string[]> => (await ecs.send(new ListClustersCommand({}))).clusterArns ?? [];

test('what was answered is there again after kill -9, under the same keys and address', async () => {
  const first = platform.serverPid();
  await ecs.send(new CreateClusterCommand({ clusterName: 'survivor' }));
  await platform.killServer();
  await assert.rejects(fetch(`${platform.url}/_health`));
  await platform.startServer();
  assert.notEqual(platform.serverPid(), first);
  assert.ok((await clusters()).some((arn) => arn.endsWith('/survivor')));
});

test('a polite stop ends with code 0', async () => {
  assert.equal(await platform.stopServer(), 0);
  await platform.startServer();
  assert.ok((await clusters()).some((arn) => arn.endsWith('/survivor')));
});

test('a server that cannot start says why', async () => {
  await assert.rejects(startPlatform({ server: ['--no-such-option'] }), /did not come up \(dead\)[\s\S]*no-such-option/);
});

test('stop removes the folder and may be called twice', async () => {
  const other = await startPlatform();
  await other.killServer();
  await other.stop();
  await other.stop();
  assert.equal(existsSync(other.dataDir), false);
});
