// What the whole platform takes when nothing happens: memory and CPU of control plane and agent, dockerd's beside it.
//   node bench/idle.ts [seconds=30]
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { startPlatform } from '#tests/support/platform.ts';

const seconds = Number(process.argv[2] ?? 30);
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const SETTLE_MS = 10_000;

/** MiB resident, all threads. */
function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** Seconds of CPU so far, user and system. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const platform = await startPlatform({ agent: ['--pool', 'fargate'] });
try {
  const processes = [
    { name: 'control plane', pid: platform.serverPid() },
    { name: 'agent', pid: platform.agentPid() },
  ];
  await wait(SETTLE_MS);
  const before = processes.map(({ pid }) => cpuSeconds(pid));
  await wait(seconds * 1000);
  let memory = 0;
  let cpu = 0;
  for (const [i, { name, pid }] of processes.entries()) {
    const percent = ((cpuSeconds(pid) - (before[i] ?? 0)) / seconds) * 100;
    const mib = residentMiB(pid);
    memory += mib;
    cpu += percent;
    console.log(`${name.padEnd(14)} ${mib.toFixed(0).padStart(5)} MiB  ${percent.toFixed(2).padStart(5)} % of a core`);
  }
  console.log(`${'together'.padEnd(14)} ${memory.toFixed(0).padStart(5)} MiB  ${cpu.toFixed(2).padStart(5)} % of a core   (aim: 400 MB, 2 %)`);
  const dockerd = execFileSync('pidof', ['dockerd'], { encoding: 'utf8' }).trim().split(' ')[0];
  if (dockerd) console.log(`${'dockerd'.padEnd(14)} ${residentMiB(Number(dockerd)).toFixed(0).padStart(5)} MiB  (for comparison)`);
} finally {
  await platform.stop();
}
