// 2,000 tasks that fit nowhere, each evaluated and told why, against Docker Swarm with 2,000 replicas under a constraint that no node
// meets, until each shows "no suitable node". Ours are 2,000 RunTask calls of one task through the handler, on a cluster of many hosts
// (Swarm's has one); HTTP is not in it, as Swarm's 2,000 come from one call.
//   ./longshore bench unplaceable [--tasks=2000] [--hosts=5000] [--no-swarm]
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openEcs } from '#tests/support/api-harness.ts';
import { busyboxImage } from '#tests/support/docker.ts';
import { docker, withSwarm } from './support/swarm.ts';

const { values: flags } = parseArgs({
  options: { tasks: { type: 'string', default: '2000' }, hosts: { type: 'string', default: '5000' }, 'no-swarm': { type: 'boolean', default: false } },
});
const tasks = Number(flags.tasks);

async function ours(): Promise<number> {
  const ecs = await openEcs(1, false);
  for (let i = 0; i < Number(flags.hosts); i++) ecs.addHost({ zone: `us-east-1${'abc'[i % 3]}`, cpu: 1_000 + (i % 7) });
  ecs.call('RegisterTaskDefinition', { family: 'big', containerDefinitions: [{ name: 'app', image: 'busybox', cpu: 4_096, memory: 64 }] });
  ecs.call('RegisterTaskDefinition', { family: 'small', containerDefinitions: [{ name: 'app', image: 'busybox', cpu: 1, memory: 6 }] });
  const before = performance.now();
  for (let i = 0; i < tasks; i++) {
    const { failures } = ecs.call('RunTask', { taskDefinition: 'big' });
    if (failures[0]?.reason !== 'RESOURCE:CPU') throw new Error('a task was placed');
    // The cluster lives meanwhile: a host changes, so reasons cannot simply be repeated.
    if (i % 20 === 0) ecs.call('RunTask', { taskDefinition: 'small' });
  }
  return performance.now() - before;
}

async function swarm(): Promise<number> {
  const image = busyboxImage();
  return withSwarm(async () => {
    const before = performance.now();
    docker('service', 'create', '-d', '--name', 'unplaceable', '--replicas', String(tasks), '--constraint', 'node.labels.none==such', image, 'sleep', '60');
    for (;;) {
      const errors = docker('service', 'ps', 'unplaceable', '--no-trunc', '--format', '{{.Error}}').split('\n');
      if (errors.filter((error) => error.includes('no suitable node')).length >= tasks) return performance.now() - before;
      await wait(50);
    }
  });
}

const mine = await ours();
console.log(`${tasks} unplaceable tasks on ${flags.hosts} hosts, each with reasons: ${(mine / 1000).toFixed(2)} s (${((mine * 1000) / tasks).toFixed(0)} µs each)`);
if (!flags['no-swarm']) {
  const theirs = await swarm();
  console.log(`Swarm, ${tasks} replicas until each says "no suitable node": ${(theirs / 1000).toFixed(2)} s   ratio ${(mine / theirs).toFixed(2)} (aim 0.20)`);
}
