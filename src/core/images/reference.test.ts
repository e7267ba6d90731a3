// Image names: AWS form, our own form, and everything that must stay untouched.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseImageReference, repositoryUri, resolveImage } from './reference.ts';

const HOST = 'localhost:4566';
const DIGEST = `sha256:${'ab'.repeat(32)}`;

test('the AWS form of a name is pulled from our registry', () => {
  assert.deepEqual(resolveImage('123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:1.2', HOST), {
    pullReference: 'localhost:4566/123456789012.dkr.ecr.us-east-1/team/app:1.2',
    registry: 'local',
    account: '123456789012',
    region: 'us-east-1',
    repository: 'team/app',
    tag: '1.2',
  });
});

test('China, FIPS and dual-stack hosts of ECR are ours too', () => {
  for (const host of ['dkr.ecr.cn-north-1.amazonaws.com.cn', 'dkr.ecr-fips.us-east-1.amazonaws.com', 'dkr-ecr.eu-west-1.on.aws']) {
    assert.equal(resolveImage(`123456789012.${host}/app`, HOST).registry, 'local', host);
  }
});

test('a digest, alone or behind a tag, is kept', () => {
  const base = '123456789012.dkr.ecr.us-east-1.amazonaws.com/app';
  assert.equal(resolveImage(`${base}@${DIGEST}`, HOST).pullReference, `localhost:4566/123456789012.dkr.ecr.us-east-1/app@${DIGEST}`);
  const both = resolveImage(`${base}:v1@${DIGEST}`, HOST);
  assert.equal(both.tag, 'v1');
  assert.equal(both.digest, DIGEST);
  assert.ok(both.pullReference.endsWith(`/app:v1@${DIGEST}`));
});

test('our own repositoryUri resolves to itself, under every loopback name of the port', () => {
  for (const host of ['localhost:4566', '127.0.0.1:4566', '[::1]:4566']) {
    const resolved = resolveImage(`${host}/000000000000.dkr.ecr.eu-west-1/app:x`, HOST);
    assert.equal(resolved.pullReference, 'localhost:4566/000000000000.dkr.ecr.eu-west-1/app:x');
    assert.equal(resolved.registry, 'local');
  }
});

test('names of other registries are untouched', () => {
  const others = [
    'nginx',
    'nginx:1.27',
    'library/nginx',
    'docker.io/library/nginx:latest',
    'ghcr.io/org/app@' + DIGEST,
    'localhost:5000/000000000000.dkr.ecr.eu-west-1/app',
    'localhost:4566/app',
    'public.ecr.aws/docker/library/busybox:latest',
    '12345.dkr.ecr.us-east-1.amazonaws.com/app',
    '123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example/app',
  ];
  for (const image of others) {
    const resolved = resolveImage(image, HOST);
    assert.equal(resolved.registry, 'other', image);
    assert.equal(resolved.pullReference, image);
  }
});

test('a port is not a tag, and a short name is not a host', () => {
  assert.deepEqual(parseImageReference('host:5000/app'), { host: 'host:5000', path: 'app' });
  assert.deepEqual(parseImageReference('app:5000'), { path: 'app', tag: '5000' });
  assert.deepEqual(parseImageReference('team/app'), { path: 'team/app' });
});

test('what repositoryUri makes, resolveImage takes apart again', () => {
  const digits = fc.stringMatching(/^\d{12}$/);
  const name = fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9]{1,8}){0,2}$/);
  fc.assert(
    fc.property(digits, fc.constantFrom('us-east-1', 'eu-central-1'), name, fc.stringMatching(/^[\w][\w.-]{0,10}$/), (account, region, repository, tag) => {
      const resolved = resolveImage(`${repositoryUri(HOST, { account, region, repository })}:${tag}`, HOST);
      assert.deepEqual(
        { account: resolved.account, region: resolved.region, repository: resolved.repository, tag: resolved.tag },
        { account, region, repository, tag },
      );
    }),
  );
});
