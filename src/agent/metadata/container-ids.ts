// The id in a container's metadata address. Nobody can guess another's, and the agent knows it again after a restart without having
// written it down: it follows from the task, the container and a key of this agent's own.
import { createHmac } from 'node:crypto';
import type { Random } from '#base/random.ts';
import type { StateStore } from '../state-store.ts';
import { taskId } from '../spec/names.ts';

const KEY = 'metadata-key';

export type ContainerIds = (taskArn: string, container: string) => string;

/** `<task id>-<10 digits>` in the form Amazon's agent has, with as many digits as it takes not to be guessed. */
export function openContainerIds(state: StateStore, random: Random): ContainerIds {
  let key = state.entries.get(KEY) as string | undefined;
  if (key === undefined) {
    key = Buffer.from(random.bytes(32)).toString('hex');
    state.put(KEY, key);
  }
  const secret = Buffer.from(key, 'hex');
  return (taskArn, container) => `${taskId(taskArn)}-${BigInt(`0x${createHmac('sha256', secret).update(`${taskArn}\n${container}`).digest('hex').slice(0, 32)}`).toString()}`;
}
