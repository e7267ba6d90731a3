// Pull behaviours, one pull for many, credentials.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from '#tests/support/virtual-clock.ts';
import { payloadContainer } from './agent.fixture.ts';
import { openImages } from './images.ts';
import type { PullBehavior } from './images.ts';
import { done, failed } from './runtime.ts';
import type { RegistryAuth } from './runtime.ts';

function registry(options: { behavior: PullBehavior; local: string[]; remote: string[]; refusals?: string[] }) {
  const clock = virtualClock();
  const refusals = [...(options.refusals ?? [])];
  const pulls: { reference: string; auth: RegistryAuth | undefined }[] = [];
  const local = new Set(options.local);
  const images = openImages({
    clock,
    behavior: options.behavior,
    inactivityTimeoutMs: 1000,
    resolveImage: (image) => `mirror/${image}`,
    registryAuth: () => ({ username: 'AWS', password: 'token' }),
    runtime: {
      async pull(reference, { auth }) {
        pulls.push({ reference, auth });
        const refusal = refusals.shift();
        if (refusal !== undefined) return failed('CannotPullContainerError', refusal);
        if (!options.remote.includes(reference)) return failed('CannotPullContainerError', 'not found');
        local.add(reference);
        return done({ id: 'sha256:1', digest: 'sha256:pulled' });
      },
      inspectImage: async (reference) => done(local.has(reference) ? { id: 'sha256:1', digest: 'sha256:local' } : undefined),
    },
  });
  return { images, pulls, clock };
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

test('a registry that is away is asked five times, one that refuses once, and nobody waits who has the image', async () => {
  const away = 'Get "http://localhost:4566/v2/": dial tcp 127.0.0.1:4566: connect: connection refused';
  const ask = async (refusals: string[], local: string[] = []): Promise<readonly [boolean, number]> => {
    const { images, pulls, clock } = registry({ behavior: 'default', local, remote: here, refusals });
    const outcome = images.ensure(app);
    await clock.advance(20_000);
    return [(await outcome).ok, pulls.length];
  };
  assert.deepEqual(await ask([away, 'received unexpected HTTP status: 503 Service Unavailable', away]), [true, 4]);
  assert.deepEqual(await ask([away, away, away, away, away]), [false, 5]);
  assert.deepEqual(await ask(['pull access denied for app, repository does not exist']), [false, 1]);
  assert.deepEqual(await ask([away], here), [true, 1]);
});

test('a pull with other credentials is another pull', async () => {
  const { images, pulls } = registry({ behavior: 'always', local: [], remote: here, refusals: ['no basic auth credentials'] });
  const outcomes = await Promise.all([images.ensure(app), images.ensure(app, { username: 'me', password: 'secret' })]);
  assert.deepEqual(outcomes.map(({ ok }) => ok), [false, true]);
  assert.equal(pulls.length, 2);
});
