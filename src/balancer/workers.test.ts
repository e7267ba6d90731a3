// What is known of HAProxy's workers when some of them do not answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HaproxyProcess } from './haproxy-process.ts';
import { loadWorkers } from './workers.ts';

const STAT = '# pxname,svname,qcur,scur,status,check_status,check_code\ntg-1,s1,0,2,UP,L7OK,200\n\n';

function haproxyOf(answers: ReadonlyMap<number, string>): HaproxyProcess {
  const send = async (command: string): Promise<string> => {
    const answer = answers.get(Number(/^@!(\d+)/.exec(command)?.[1]));
    if (answer === undefined) throw new Error('HAProxy does not answer on its socket');
    return answer;
  };
  const workers = async () => [{ pid: 7, current: false }, { pid: 8, current: true }];
  return { master: { send }, workers } as unknown as HaproxyProcess;
}

test('a worker on its way out may end between two questions', async () => {
  const [current, old] = await loadWorkers(haproxyOf(new Map([[8, STAT]])));
  assert.deepEqual([current?.pid, current?.servers.get('tg-1')?.get('s1')?.sessions, old?.servers.size], [8, 2, 0]);
});

test('a current worker that was killed between them is not one without servers', async () => {
  await assert.rejects(loadWorkers(haproxyOf(new Map([[7, STAT]]))));
  for (const answer of ["Can't find the target PID\n", '', STAT.slice(0, -20)]) await assert.rejects(loadWorkers(haproxyOf(new Map([[7, STAT], [8, answer]]))));
});
