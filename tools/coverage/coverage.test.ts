// The coverage pages count what the tables say, and nothing more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, renderPages } from './coverage.ts';

const sample = coverageOf('ecs', { RunTask: {}, CreateService: { implemented: false }, ListTasks: { implemented: true } });

test('an operation counts as implemented unless its entry says otherwise', () => {
  assert.deepEqual(sample.operations, [
    { name: 'CreateService', implemented: false },
    { name: 'ListTasks', implemented: true },
    { name: 'RunTask', implemented: true },
  ]);
});

test('a page lists both kinds apart, the overview counts them', () => {
  const pages = renderPages([sample, coverageOf('sts', {})]);
  assert.deepEqual(Object.keys(pages), ['README.md', 'ecs.md', 'sts.md']);
  assert.match(pages['ecs.md'] ?? '', /2 of 3 operations\.[\s\S]*## Implemented\n\n- ListTasks\n- RunTask\n\n## Not supported yet\n\n- CreateService\n/);
  assert.match(pages['README.md'] ?? '', /\[Amazon ECS\]\(ecs\.md\) \| 2 \| 3 \|[\s\S]*\*\*all\*\* \| \*\*2\*\* \| \*\*3\*\*/);
  assert.match(pages['sts.md'] ?? '', /## Not supported yet\n\nNone\./);
});
