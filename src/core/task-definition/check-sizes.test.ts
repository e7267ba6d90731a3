// TD54 to TD57: sizes, and how they are written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accepted, DRAFT, refused, withContainer, withContainers } from './draft.fixture.ts';
import { parseCpu, parseMemory } from './size.ts';

test('sizes are read as units or with a unit', () => {
  const cpus: [string, number | undefined][] = [
    ['256', 256], ['.25 vCPU', 256], ['0.25vcpu', 256], ['1 vCPU', 1024], ['2 VCPU', 2048], [' 512 ', 512],
    ['', undefined], ['vCPU', undefined], ['. vCPU', undefined], ['one', undefined], ['1.5', undefined], ['-1', undefined], ['1e3', undefined],
  ];
  for (const [text, units] of cpus) assert.equal(parseCpu(text), units, text);
  const memories: [string, number | undefined][] = [
    ['512', 512], ['0.5GB', 512], ['1 gb', 1024], ['.5 GB', 512], ['30GB', 30_720], ['GB', undefined], ['1 MB', undefined], ['1.5', undefined],
  ];
  for (const [text, size] of memories) assert.equal(parseMemory(text), size, text);
});

test('a size in whole units reads back as itself, whatever its unit', () => {
  fc.assert(fc.property(fc.nat(192), (n) => parseCpu(`${n} vCPU`) === n * 1024 && parseCpu(String(n * 1024)) === n * 1024));
});

test('TD54 the CPU of a task is 128 to 196608 units', () => {
  for (const cpu of ['127', '196609', 'much', '0.1 vCPU']) refused('TD54', { ...DRAFT, cpu });
  for (const cpu of ['128', '196608', '.5 vCPU']) accepted({ ...DRAFT, cpu });
});

test('TD55 the memory of a task is at least 4 MiB', () => {
  for (const memory of ['3', '1 TB', 'much']) refused('TD55', { ...DRAFT, memory });
  accepted({ ...DRAFT, memory: '4' });
});

test("TD56 the containers' CPU fits into the task's", () => {
  refused('TD56', withContainers([{ cpu: 200 }, { cpu: 57 }], { ...DRAFT, cpu: '256' }));
  accepted(withContainers([{ cpu: 200 }, { cpu: 56 }], { ...DRAFT, cpu: '256' }));
});

test("TD57 no container is larger than the task, and what they reserve fits together", () => {
  refused('TD57', withContainer({ memory: 513 }));
  refused('TD57', withContainers([{ memory: 300 }, { memory: 300 }]));
  refused('TD57', withContainers([{ memoryReservation: 300 }, { memoryReservation: 300 }]));
  accepted(withContainers([{ memory: 500, memoryReservation: 200 }, { memory: 500, memoryReservation: 200 }]));
});
