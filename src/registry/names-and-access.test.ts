// Who may reach what, and names that must lead nowhere.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ociClient } from '#tests/support/oci-client.ts';
import { ACCOUNT, sha256, startRegistry, TOKEN_SECRET, type RegistryServer } from '#tests/support/registry-server.ts';
import { signDownload } from './token.ts';

let server: RegistryServer;
before(async () => {
  server = await startRegistry({ relaxed: false });
});
after(() => server.close());

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function tokenClient(account = ACCOUNT, expiresAt = Date.now() + 1000_000) {
  const password = server.registry.issueToken({ account, principalArn: `arn:aws:iam::${account}:root`, expiresAt });
  return ociClient(server.port, { authorization: basic('AWS', password) });
}

test('without credentials, or with wrong ones, the answer is 401 and how to authenticate', async () => {
  const good = server.registry.issueToken({ account: ACCOUNT, principalArn: 'x', expiresAt: Date.now() + 1000 });
  for (const authorization of [undefined, 'Bearer abc', basic('AWS', 'wrong'), basic('root', good), basic('AWS', `${good}x`), basic('AWS', good.slice(3)), 'Basic ***']) {
    const client = ociClient(server.port, authorization === undefined ? {} : { authorization });
    for (const path of ['/v2/', server.base('some') + '/tags/list', '/v2/_catalog']) {
      const answer = await client.send('GET', path);
      assert.equal(answer.status, 401, `${authorization} ${path}`);
      assert.match(answer.headers['www-authenticate'] ?? '', /^Basic realm=".+",service="ecr\.amazonaws\.com"$/);
      assert.equal(answer.errorCode(), 'UNAUTHORIZED');
    }
  }
  assert.equal((await tokenClient().send('GET', '/v2/')).status, 200);
});

test('an expired token is refused in the words of ECR', async () => {
  const answer = await tokenClient(ACCOUNT, Date.now() - 1).send('GET', '/v2/');
  assert.equal(answer.status, 403);
  assert.deepEqual(answer.json().errors, [{ code: 'DENIED', message: 'Your authorization token has expired. Reauthenticate and try again.' }]);
});

test('a token reaches only the repositories of its account', async () => {
  server.addRepository('mine');
  const mine = server.base('mine');
  assert.equal((await tokenClient().send('POST', `${mine}/blobs/uploads/`)).status, 202);
  const refused = await tokenClient('111111111111').send('POST', `${mine}/blobs/uploads/`);
  assert.equal(refused.status, 403);
  assert.match(refused.json().errors[0].message, /^User: arn:aws:iam::111111111111:root is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:us-east-1:000000000000:repository\/mine because/);
  // Denied before it is told whether the repository exists.
  assert.equal((await tokenClient('111111111111').send('GET', `${server.base('absent')}/tags/list`)).status, 403);
  assert.ok(!(await tokenClient('111111111111').send('GET', '/v2/_catalog')).text.includes('mine'));
});

test('a repository that does not exist is named as ECR names it', async () => {
  const answer = await tokenClient().send('POST', `${server.base('team/absent')}/blobs/uploads/`);
  assert.equal(answer.status, 404);
  assert.deepEqual(answer.json().errors, [
    { code: 'NAME_UNKNOWN', message: "The repository with name 'team/absent' does not exist in the registry with id '000000000000'" },
  ]);
  assert.equal((await tokenClient().send('GET', '/v2/plain/tags/list')).errorCode(), 'NAME_UNKNOWN');
});

test('a plain name under an AWS host name is the same repository', async () => {
  server.addRepository('by-host');
  const answer = await ociClient(server.port, {}).send('GET', '/v2/by-host/tags/list', { headers: { host: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com:4566` } });
  assert.equal(answer.status, 401);
  const password = server.registry.issueToken({ account: ACCOUNT, principalArn: 'x', expiresAt: Date.now() + 1000_000 });
  const known = await ociClient(server.port, { authorization: basic('AWS', password) }).send('GET', '/v2/by-host/tags/list', {
    headers: { host: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com` },
  });
  assert.deepEqual(known.json(), { name: 'by-host', tags: [] });
});

test('names with tricks are refused', async () => {
  const client = tokenClient();
  const prefix = `/v2/${ACCOUNT}.dkr.ecr.us-east-1`;
  const names = [
    `${prefix}/../../etc`,
    `${prefix}/a/../b`,
    `${prefix}/a//b`,
    `${prefix}/a%2fb`,
    `${prefix}/a%2e%2e`,
    `${prefix}/%2e%2e/b`,
    `${prefix}/UPPER`,
    `${prefix}/.hidden`,
    `${prefix}/trailing-`,
    `${prefix}/a/`,
    `${prefix}/x`,
    `${prefix}/${'a'.repeat(257)}`,
    `${prefix}/a\u00e9b`.replace('\u00e9', '%c3%a9'),
    `${prefix}/a b`.replace(' ', '%20'),
    `${prefix}/a%00b`,
    '/v2/..',
    '/v2/-',
  ];
  for (const name of names) {
    for (const [method, end] of [
      ['GET', '/tags/list'],
      ['GET', '/manifests/latest'],
      ['PUT', '/manifests/latest'],
      ['POST', '/blobs/uploads/'],
      ['GET', `/blobs/${sha256('x')}`],
    ]) {
      const answer = await client.send(method!, `${name}${end}`);
      assert.deepEqual([answer.status, answer.errorCode()], [400, 'NAME_INVALID'], `${method} ${name}${end}`);
    }
  }
  assert.equal((await client.send('GET', `${prefix}/${'a/'.repeat(2000)}a/tags/list`)).errorCode(), 'NAME_INVALID');
});

test('a digest with a path in it never reaches the disk', async () => {
  server.addRepository('digests');
  const client = tokenClient();
  for (const digest of ['sha256:..%2f..%2fetc%2fpasswd', '..%2f..', 'sha256:%2e%2e', `sha256:${'A'.repeat(64)}`, `sha256:${'a'.repeat(63)}/`]) {
    const answer = await client.send('GET', `${server.base('digests')}/blobs/${digest}`);
    assert.ok([400, 404].includes(answer.status), digest);
  }
});

test('unknown endpoints and methods are told apart', async () => {
  server.addRepository('methods');
  const client = tokenClient();
  const wrong = await client.send('POST', `${server.base('methods')}/tags/list`);
  assert.deepEqual([wrong.status, wrong.headers['allow']], [405, 'GET, HEAD']);
  assert.equal((await client.send('GET', '/v2/nothing/here')).status, 404);
  assert.equal((await client.send('PUT', '/v2/')).status, 405);
});

test('a signed download address opens one blob of one repository until it expires', async () => {
  const { arn } = server.addRepository('signed');
  server.addRepository('signed-other');
  const digest = await tokenClient().pushBlob(server.base('signed'), 'layer');
  await tokenClient().pushBlob(server.base('signed-other'), 'layer');
  const anonymous = ociClient(server.port);
  const query = signDownload(TOKEN_SECRET, arn, digest, Date.now() + 60_000);
  const path = `${server.base('signed')}/blobs/${digest}`;
  assert.equal((await anonymous.send('GET', `${path}?${query}`)).text, 'layer');
  assert.equal((await anonymous.send('GET', path)).status, 401);
  assert.equal((await anonymous.send('GET', `${path}?${query}0`)).status, 403);
  assert.equal((await anonymous.send('GET', `${server.base('signed-other')}/blobs/${digest}?${query}`)).status, 403);
  assert.equal((await anonymous.send('GET', `${path}?${signDownload(TOKEN_SECRET, arn, digest, Date.now() - 1)}`)).status, 403);
});

test('relaxed mode takes any credentials and none', async () => {
  const relaxed = await startRegistry();
  try {
    for (const headers of [{}, { authorization: basic('any', 'thing') }]) {
      assert.equal((await ociClient(relaxed.port, headers as Record<string, string>).send('GET', '/v2/')).status, 200);
    }
  } finally {
    await relaxed.close();
  }
});
