// What the agent adds to a payload's container for this host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payloadContainer, payloadTask } from '../agent.fixture.ts';
import { renderContainer } from './container-spec.ts';

function ulimits(maxOpenFiles?: number): unknown {
  const hostConfig = { Ulimits: [{ Name: 'nofile', Soft: 65_535, Hard: 65_535 }, { Name: 'core', Soft: 1, Hard: 2 }] };
  const container = payloadContainer({ hostConfig });
  const spec = renderContainer(payloadTask('1', { containers: [container] }), container, {
    agentId: 'a', image: 'i', rangeStarts: {}, environment: {}, ...(maxOpenFiles !== undefined && { maxOpenFiles }),
  });
  assert.ok(typeof spec !== 'string', String(spec));
  return spec.hostConfig['Ulimits'];
}

test('open files are held to what the host can give, and left alone where it can give all', () => {
  assert.deepEqual(ulimits(20_000), [{ Name: 'nofile', Soft: 20_000, Hard: 20_000 }, { Name: 'core', Soft: 1, Hard: 2 }]);
  assert.deepEqual(ulimits(), [{ Name: 'nofile', Soft: 65_535, Hard: 65_535 }, { Name: 'core', Soft: 1, Hard: 2 }]);
});
