// Where this clone keeps what is its own: nothing of it is committed, all of it may be deleted while nothing runs.
import { join } from 'node:path';

export const STATE_DIR = join(import.meta.dirname, '../../.longshore');

/** Records and logs of the processes that `up` started. */
export const RUN_DIR = join(STATE_DIR, 'run');

/** The platform's data, unless `--data-dir` says otherwise. */
export const DATA_DIR = join(STATE_DIR, 'data');
