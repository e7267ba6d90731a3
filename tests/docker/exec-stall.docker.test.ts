// Docker closes a command's output two seconds after its end, whatever is still in the pipes. A reader that is made to wait must not lose it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDockerRuntime } from '#agent/docker/docker-runtime.ts';
import { systemClock } from '#base/system/clock.ts';
import { delay } from '#base/clock.ts';
import { TEST_IMAGE, ensureTestImage } from './agent-image.ts';

/** Around what lies in sockets, buffers and pipes when nobody reads: with one of these the pipes are not empty at the command's end. */
const SIZES = Array.from({ length: 60 }, (_, i) => 1_380_000 + i * 2_000);
const STALL_MS = 5_000;

test('output that a slow reader has not taken when the command ends is not lost', async (t) => {
  ensureTestImage();
  const runtime = openDockerRuntime({ clock: systemClock });
  const created = await runtime.create({ name: `longshore-stall-${process.pid}`, image: TEST_IMAGE, labels: {}, config: { Cmd: ['sleep', '600'] }, hostConfig: { NetworkMode: 'none' } });
  assert.ok(created.ok);
  const id = created.value;
  t.after(async () => {
    await runtime.remove(id);
    runtime.close();
  });
  await runtime.start(id);
  const came = await Promise.all(SIZES.map(async (size) => {
    const begun = await runtime.exec(id, { command: ['head', '-c', String(size), '/dev/zero'], user: '0:0', environment: {}, tty: false });
    assert.ok(begun.ok);
    const command = begun.value;
    let bytes = 0;
    return await new Promise<number>((resolve) => {
      command.onOutput = (_stream, data) => {
        if (bytes === 0) {
          command.pause();
          void delay(systemClock, STALL_MS).then(() => command.resume());
        }
        bytes += data.length;
      };
      command.onEnd = () => resolve(bytes);
      command.begin();
    });
  }));
  assert.deepEqual(came, SIZES);
});
