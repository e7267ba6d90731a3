// The awslogs driver on what the Docker Engine really sends: frames and tty, long lines, a reader that is cut off and comes back.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readDockerLog } from '#agent/logs/docker-log.ts';
import { startLogShipper } from '#agent/logs/log-shipper.ts';
import type { LogSink } from '#agent/logs/log-sink.ts';
import type { LogLine } from '#agent/runtime.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { parseAwslogsOptions } from '#core/telemetry/awslogs-options.ts';
import type { InputLogEvent } from '#core/telemetry/log-event.ts';
import type { ResumePosition } from '#core/telemetry/resume-position.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const image = `longshore-test-logs:${process.pid}`;
const containers: string[] = [];

function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

before(() => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-image-'));
  const root = spawnSync('sh', ['-c', `mkdir -p ${folder}/bin && cp "$(command -v busybox)" ${folder}/bin/sh && tar -C ${folder} -c . | docker import - ${image}`], { encoding: 'utf8' });
  assert.equal(root.status, 0, root.stderr);
  rmSync(folder, { recursive: true });
});

after(() => {
  if (containers.length > 0) docker('rm', '-f', ...containers);
  docker('rmi', image);
});

/** Starts a container with this script; `exited` resolves when it has ended. */
function run(driver: string, script: string, ...extra: string[]): { id: string; exited: Promise<void> } {
  const id = docker('run', '-d', '--label', 'longshore-test=log-shipper', '--network', 'none', '--log-driver', driver, ...extra, image, '/bin/sh', '-c', script);
  containers.push(id);
  const exited = new Promise<void>((resolve, reject) => {
    const call = request({ socketPath: '/var/run/docker.sock', method: 'POST', path: `/containers/${id}/wait` }, (response) => response.on('end', resolve).resume());
    call.on('error', reject).end();
  });
  return { id, exited };
}

async function* follow(id: string, since: string | undefined, tty: boolean): AsyncGenerator<LogLine> {
  const path = `/containers/${id}/logs?follow=1&stdout=1&stderr=1&timestamps=1${since === undefined ? '' : `&since=${since}`}`;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ socketPath: '/var/run/docker.sock', path }, resolve).on('error', reject).end();
  });
  try {
    yield* readDockerLog(response, tty);
  } finally {
    response.destroy();
  }
}

interface Arrived extends InputLogEvent {
  readonly at: number;
}

function ship(container: { id: string; exited: Promise<void> }, options: { tty?: boolean; stored?: Arrived[]; saved?: { position?: ResumePosition } } = {}) {
  const { tty = false, stored = [], saved = {} } = options;
  const sink: LogSink = {
    createLogGroup: async () => {},
    createLogStream: async () => {},
    putLogEvents: async (_group, _stream, events) => {
      stored.push(...events.map((event) => ({ ...event, at: Date.now() })));
      return { rejected: 0 };
    },
  };
  const parsed = parseAwslogsOptions({ 'awslogs-group': 'g', 'awslogs-stream': 's' });
  assert.ok(parsed.ok);
  const shipper = startLogShipper({
    open: (since) => follow(container.id, since, tty),
    exited: container.exited,
    options: parsed.value,
    sink,
    position: { load: async () => saved.position, save: async (position) => void (saved.position = position) },
    clock: systemClock,
    log: silentLogger,
  });
  return { shipper, stored, saved };
}

for (const driver of ['json-file', 'local']) {
  test(`${driver}: every line arrives with Docker's time, long ones whole, within a second`, { timeout: 60_000 }, async () => {
    const container = run(driver, 'echo one; echo two >&2; sleep 0.3; i=0; while [ $i -lt 12 ]; do x="$x$(printf %04000d 0)"; i=$((i+1)); done; echo "$x"; printf end');
    const { shipper, stored } = ship(container);
    await shipper.finished;
    const messages = stored.map((event) => event.message);
    assert.deepEqual(messages.slice(0, 2).sort(), ['one', 'two']);
    assert.deepEqual(messages.slice(2).map((message) => message.length), [48_000, 3]);
    for (const event of stored) assert.ok(event.at - event.timestamp < 1000, `seen ${event.at - event.timestamp} ms after it was written`);
  });
}

test('tty: lines without carriage returns, long ones whole', { timeout: 60_000 }, async () => {
  const container = run('json-file', 'i=0; while [ $i -lt 10 ]; do x="$x$(printf %04000d 0)"; i=$((i+1)); done; echo first; echo "$x"; echo last', '-t');
  const { shipper, stored } = ship(container, { tty: true });
  await shipper.finished;
  assert.deepEqual(stored.map((event) => event.message.length), [5, 40_000, 4]);
});

test('agents that come and go ship each line once', { timeout: 60_000 }, async () => {
  const container = run('json-file', 'i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i+1)); if [ $((i%100)) = 0 ]; then sleep 0.05; fi; done');
  const stored: Arrived[] = [];
  const saved: { position?: ResumePosition } = {};
  for (let target = 500; target < 2500; target += 500) {
    const { shipper } = ship(container, { stored, saved });
    await waitFor(`${target} lines`, () => stored.length >= target);
    await shipper.stop();
  }
  await ship(container, { stored, saved }).shipper.finished;
  assert.deepEqual(stored.map((event) => event.message), Array.from({ length: 3000 }, (_, i) => `line ${i}`));
});
