// S3 from the AWS CLI, as people use it: make a bucket, copy files small and large, sync a folder, list, presign, remove; and over a kill -9.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { startPlatform, type TestPlatform } from '#tests/support/platform.ts';

const run = promisify(execFile);
let platform: TestPlatform;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-s3-cli-'));
  platform = await startPlatform();
});
after(async () => {
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function aws(...args: readonly string[]): Promise<string> {
  return (await run(AWS_CLI, ['--endpoint-url', platform.url, ...args], { cwd: folder, env: platform.env, maxBuffer: 16 << 20 })).stdout;
}

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

test('mb, cp, ls, sync, mv, presign, rm and rb do what they do on AWS', async () => {
  assert.match(await aws('s3', 'mb', 's3://my-assets'), /make_bucket: my-assets/);
  writeFileSync(join(folder, 'small.txt'), 'small');
  writeFileSync(join(folder, 'large.bin'), randomBytes(20 << 20));
  await aws('s3', 'cp', 'small.txt', 's3://my-assets/docs/small.txt');
  // More than 8 MiB go in parts, and come back in ranges.
  await aws('s3', 'cp', 'large.bin', 's3://my-assets/large.bin');
  await aws('s3', 'cp', 's3://my-assets/large.bin', 'back.bin');
  assert.equal(sha256(join(folder, 'back.bin')), sha256(join(folder, 'large.bin')));
  const listed = await aws('s3', 'ls', 's3://my-assets', '--recursive');
  assert.match(listed, / +5 docs\/small\.txt\n.* 20971520 large\.bin\n/);
  assert.match(await aws('s3', 'ls', 's3://my-assets'), /PRE docs\/\n/);

  mkdirSync(join(folder, 'site/deep'), { recursive: true });
  for (const name of ['index.html', 'a b+c.css', 'deep/ü.js']) writeFileSync(join(folder, 'site', name), name);
  await aws('s3', 'sync', 'site', 's3://my-assets/site');
  assert.equal(await aws('s3', 'sync', 'site', 's3://my-assets/site'), '');
  await aws('s3', 'sync', 's3://my-assets/site', 'copy');
  for (const name of ['index.html', 'a b+c.css', 'deep/ü.js']) assert.equal(readFileSync(join(folder, 'copy', name), 'utf8'), name);
  rmSync(join(folder, 'site/index.html'));
  assert.match(await aws('s3', 'sync', 'site', 's3://my-assets/site', '--delete'), /delete: s3:\/\/my-assets\/site\/index\.html/);
  await aws('s3', 'mv', 's3://my-assets/docs/small.txt', 's3://my-assets/moved.txt');
  assert.equal(await aws('s3', 'cp', 's3://my-assets/moved.txt', '-'), 'small');

  const url = (await aws('s3', 'presign', 's3://my-assets/moved.txt')).trim();
  assert.equal(await (await fetch(url)).text(), 'small');
  assert.equal((await fetch(url.replace('moved.txt', 'large.bin'))).status, 403);
  assert.match(await aws('s3api', 'head-object', '--bucket', 'my-assets', '--key', 'moved.txt'), /"ContentType": "text\/plain"/);
  await assert.rejects(aws('s3', 'cp', 's3://my-assets/nothing', '-'), /404|NoSuchKey|Not Found/);
  await assert.rejects(aws('s3', 'rb', 's3://my-assets'), /BucketNotEmpty/);
  await aws('s3', 'rm', 's3://my-assets/site', '--recursive');
  await aws('s3', 'rb', 's3://my-assets', '--force');
  assert.equal(await aws('s3', 'ls'), '');
});

test('what was answered survives kill -9, and nothing else is left of what was not', async () => {
  await aws('s3', 'mb', 's3://durable');
  await aws('s3', 'cp', 'large.bin', 's3://durable/one');
  const cut = aws('s3', 'cp', 'large.bin', 's3://durable/two').catch(() => undefined);
  await platform.killServer();
  await cut;
  await platform.startServer();
  await aws('s3', 'cp', 's3://durable/one', 'again.bin');
  assert.equal(sha256(join(folder, 'again.bin')), sha256(join(folder, 'large.bin')));
  assert.doesNotMatch(await aws('s3', 'ls', 's3://durable'), /two/);
});
