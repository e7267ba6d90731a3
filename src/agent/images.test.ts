// Pull behaviours, one pull for many, credentials.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payloadContainer } from './agent.fixture.ts';
import { openImages } from './images.ts';
import type { PullBehavior } from './images.ts';
import { done, failed } from './runtime.ts';
import type { RegistryAuth } from './runtime.ts';

function registry(options: { behavior: PullBehavior; local: string[]; remote: string[] }) {
  const pulls: { reference: string; auth: RegistryAuth | undefined }[] = [];
  const local = new Set(options.local);
  const images = openImages({
    behavior: options.behavior,
    inactivityTimeoutMs: 1000,
    resolveImage: (image) => `mirror/${image}`,
    registryAuth: () => ({ username: 'AWS', password: 'token' }),
    runtime: {
      async pull(reference, { auth }) {
        pulls.push({ reference, auth });
        if (!options.remote.includes(reference)) return failed('CannotPullContainerError', 'not found');
        local.add(reference);
        return done({ id: 'sha256:1', digest: 'sha256:pulled' });
      },
      inspectImage: async (reference) => done(local.has(reference) ? { id: 'sha256:1', digest: 'sha256:local' } : undefined),
    },
  });
  return { images, pulls };
}

const app = payloadContainer();
const here = ['mirror/app:1'];

test('default pulls every time and falls back on the local image', async () => {
  const { images, pulls } = registry({ behavior: 'default', local: here, remote: [] });
  const outcome = await images.ensure(app);
  assert.deepEqual([outcome.ok && outcome.value.digest, pulls.length], ['sha256:local', 1]);
});

test('always pulls and falls back on nothing', async () => {
  const { images } = registry({ behavior: 'always', local: here, remote: [] });
  const outcome = await images.ensure(app);
  assert.equal(!outcome.ok && outcome.failure.name, 'CannotPullContainerError');
});

test('once pulls the first time only', async () => {
  const { images, pulls } = registry({ behavior: 'once', local: here, remote: here });
  for (let i = 0; i < 3; i++) await images.ensure(app);
  assert.equal(pulls.length, 1);
});

test('prefer-cached pulls only what is not here', async () => {
  const { images, pulls } = registry({ behavior: 'prefer-cached', local: here, remote: ['mirror/other:1'] });
  await images.ensure(app);
  await images.ensure(payloadContainer({ image: 'other:1' }));
  assert.deepEqual(pulls.map((p) => p.reference), ['mirror/other:1']);
});

test('a digest that is here is never pulled again', async () => {
  const pinned = `app@sha256:${'a'.repeat(64)}`;
  const { images, pulls } = registry({ behavior: 'always', local: [`mirror/${pinned}`], remote: [] });
  assert.equal((await images.ensure(payloadContainer({ image: pinned }))).ok, true);
  assert.equal(pulls.length, 0);
});

test('many who want the same at once share one pull', async () => {
  const { images, pulls } = registry({ behavior: 'default', local: [], remote: here });
  await Promise.all(Array.from({ length: 20 }, () => images.ensure(app)));
  assert.equal(pulls.length, 1);
});

test('credentials go only where the payload asks for them', async () => {
  const { images, pulls } = registry({ behavior: 'default', local: [], remote: here });
  await images.ensure(app);
  await images.ensure({ ...app, registryAuthentication: { type: 'ecr' } });
  assert.deepEqual(pulls.map((p) => p.auth?.password), [undefined, 'token']);
});
