// Helper of log-crash.test.ts: appends batches of ten from several writers for ever and prints each after its acknowledgement. Is killed.
import { silentLogger } from '#base/logger.ts';
import { openLogStore } from './log-store.ts';

const [folder, firstNumber] = process.argv.slice(2) as [string, string];
const store = await openLogStore({ folder, log: silentLogger, maxFileFrames: 25 });
let number = Number(firstNumber);

async function write(writer: number): Promise<void> {
  for (;;) {
    const batch = number++;
    const events = Array.from({ length: 10 }, (_, i) => ({ timestamp: batch * 10 + i, message: `${batch} ${i} ${'.'.repeat((batch % 40) * 20)}` }));
    await store.append({ groupId: '00000000000000aa', streamId: `000000000000000${writer}`, ingestionTime: batch }, events);
    process.stdout.write(`${batch}\n`);
  }
}

await Promise.all([1, 2, 3, 4, 5, 6].map(write));
