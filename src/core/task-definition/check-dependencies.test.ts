// TD50 to TD53: dependsOn.
import { test } from 'node:test';
import fc from 'fast-check';
import { accepted, refused, withContainers } from './draft.fixture.ts';

const on = (containerName: string, condition = 'START') => ({ dependsOn: [{ containerName, condition }] });

test('TD50 a container depends on containers of the task', () => {
  refused('TD50', withContainers([on('c9')]));
});

test('TD51 what must end is not essential', () => {
  refused('TD51', withContainers([on('c1', 'SUCCESS'), {}]));
  refused('TD51', withContainers([on('c1', 'COMPLETE'), { essential: true }]));
  accepted(withContainers([on('c1', 'SUCCESS'), { essential: false }]));
});

test('TD52 what must become healthy has a health check', () => {
  refused('TD52', withContainers([on('c1', 'HEALTHY'), {}]));
  accepted(withContainers([on('c1', 'HEALTHY'), { healthCheck: { command: ['CMD', 'true'] } }]));
});

test('TD53 no container waits for itself in the end', () => {
  refused('TD53', withContainers([on('c0')]));
  refused('TD53', withContainers([on('c1'), on('c2'), on('c0')]));
  refused('TD53', withContainers([on('c1'), { links: ['c0'] }]));
  refused('TD53', withContainers([on('c1'), { volumesFrom: [{ sourceContainer: 'c0' }] }]));
});

test('TD53 accepts every graph whose edges all go one way', () => {
  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 30 });
  fc.assert(
    fc.property(edges, (pairs) => {
      const containers = Array.from({ length: 10 }, (_, i) => ({
        dependsOn: pairs.filter(([from, to]) => from === i && to > from).map(([, to]) => ({ containerName: `c${to}`, condition: 'START' })),
      }));
      accepted(withContainers(containers));
    }),
  );
});
