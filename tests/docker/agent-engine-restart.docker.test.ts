// The engine dies under the agent, and comes back: an engine of the test's own, beside the machine's.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createAgent } from '#agent/agent.ts';
import type { Agent } from '#agent/agent.ts';
import { payloadTask, testPlane } from '#agent/agent.fixture.ts';
import { openDockerRuntime } from '#agent/docker/docker-runtime.ts';
import { memoryStateStore } from '#agent/state-store.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { TEST_IMAGE, ensureTestImage } from './agent-image.ts';
import { busybox, shell } from './agent-world.ts';

test('kill -9 of the engine: running tasks run on, ends meanwhile are found, orders meanwhile are kept', { timeout: 180_000 }, async (t) => {
  ensureTestImage();
  const folder = mkdtempSync(join(tmpdir(), 'lsd-'));
  const socketPath = join(folder, 'd.sock');
  let engine: ChildProcess = startEngine(folder);
  const runtime = openDockerRuntime({ socketPath, clock: systemClock });
  let agent: Agent | undefined;
  t.after(async () => {
    agent?.close();
    await endEngine(engine, socketPath).finally(() => runtime.close());
    for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
      const point = line.split(' ')[1] ?? '';
      if (point.startsWith(`${folder}/`)) execFileSync('umount', ['-l', point]);
    }
    rmSync(folder, { recursive: true, force: true });
  });
  await waitFor('the engine', async () => (await runtime.info()).ok, { timeoutMs: 60_000 });
  execFileSync('sh', ['-c', 'docker save "$1" | docker -H "unix://$2" load', 'sh', TEST_IMAGE, socketPath], { stdio: 'ignore' });

  const plane = testPlane(systemClock);
  agent = createAgent({
    config: { cluster: 'default', agentVersion: '1', agentHash: 'x', launchType: 'EC2', imagePullBehavior: 'prefer-cached' },
    runtime, api: plane.api, connect: plane.connect, stateStore: memoryStateStore(), clock: systemClock, random: systemRandom, log: silentLogger,
  });
  await waitFor('the agent', () => agent?.connected);
  const task = (name: string, command?: string[]) => payloadTask(`${process.pid}${name}`, { networkMode: 'none', containers: [busybox('app', command === undefined ? {} : { command })] });
  const [lasting, ending, late] = [task('1'), task('2', shell('sleep 4; exit 6')), task('3')];
  const reported = (of: typeof lasting, status: string) => waitFor(`${of.arn.slice(-2)} ${status}`, () => plane.reports.find((r) => r.task === of.arn && r.status === status), { timeoutMs: 60_000 });
  plane.order(lasting, ending);
  await reported(lasting, 'RUNNING');
  await reported(ending, 'RUNNING');
  const pid = Number(execFileSync('docker', ['-H', `unix://${socketPath}`, 'inspect', '-f', '{{.State.Pid}}', idOf(lasting)], { encoding: 'utf8' }));
  const endingPid = Number(execFileSync('docker', ['-H', `unix://${socketPath}`, 'inspect', '-f', '{{.State.Pid}}', idOf(ending)], { encoding: 'utf8' }));

  engine.kill('SIGKILL');
  await waitFor('the engine gone', async () => !(await runtime.info()).ok);
  plane.order(late);
  await waitFor('the second task to end by itself', () => !alive(endingPid), { timeoutMs: 20_000 });
  assert.deepEqual(plane.statuses(ending.arn), ['RUNNING'], 'nobody could know yet');
  engine = startEngine(folder);
  const stopped = await reported(ending, 'STOPPED');
  assert.equal(stopped.containers?.[0]?.exitCode, 6);
  await reported(late, 'RUNNING');
  assert.ok(alive(pid), 'the first task ran on');
  assert.deepEqual(plane.statuses(lasting.arn), ['RUNNING']);
  for (const one of [lasting, late]) plane.order({ ...one, desiredStatus: 'STOPPED' });
  await waitFor('all gone', () => agent?.tasks.size === 0, { timeoutMs: 60_000 });

  function idOf(of: typeof lasting): string {
    return agent!.tasks.get(of.arn)!.run.containers['app']!.runtimeId!;
  }
});

/**
 * Its own everything: data, containerd namespace, and a network namespace, for an engine without a bridge removes docker0
 * wherever it finds it. Containers outlive it.
 */
function startEngine(folder: string): ChildProcess {
  const output = openSync(join(folder, 'dockerd.log'), 'a');
  const engine = spawn('unshare', [
    '--net', 'dockerd',
    '--host', `unix://${join(folder, 'd.sock')}`, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid'),
    '--containerd-namespace', `lst-${process.pid}`, '--containerd-plugins-namespace', `lstp-${process.pid}`,
    '--bridge', 'none', '--iptables=false', '--ip6tables=false', '--ip-masq=false', '--live-restore',
  ], { stdio: ['ignore', output, output] });
  closeSync(output);
  return engine;
}

async function endEngine(engine: ChildProcess, socketPath: string): Promise<void> {
  execFileSync('sh', ['-c', 'ids=$(docker -H "unix://$1" ps -aq); [ -z "$ids" ] || docker -H "unix://$1" rm -f $ids', 'sh', socketPath], { stdio: 'ignore' });
  engine.kill('SIGTERM');
  await waitFor('the engine to end', () => engine.exitCode !== null || engine.signalCode !== null, { timeoutMs: 30_000 });
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
