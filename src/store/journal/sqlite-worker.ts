// The writer thread of the SQLite journal: fsync happens here, so that it never holds up the control plane's event loop.
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '#base/assert.ts';
import { StoreOpenError } from '../errors.ts';
import { SqliteFile } from './sqlite-file.ts';
import type { FromWriter, SqliteJournalFiles, ToWriter } from './sqlite-messages.ts';

const port = must(parentPort, 'the SQLite writer runs in a worker thread');

function tell(message: FromWriter): void {
  port.postMessage(message);
}

function open({ directory }: SqliteJournalFiles): SqliteFile | undefined {
  try {
    const file = new SqliteFile(directory);
    tell({ kind: 'opened', state: file.state });
    return file;
  } catch (error) {
    const { message } = error as Error;
    tell({ kind: 'refused', message: error instanceof StoreOpenError ? message : `the data directory ${directory} cannot be opened: ${message}` });
    return undefined;
  }
}

function serve(file: SqliteFile): void {
  const chunks = file.chunks();
  port.on('message', (message: ToWriter) => {
    try {
      if (message.kind === 'read') {
        tell({ kind: 'rows', chunk: chunks.next().value ?? undefined });
      } else if (message.kind === 'write') {
        file.write(message.group);
        tell({ kind: 'committed', revision: message.group.state.revision });
        file.checkpointIfDue();
      } else {
        file.close();
        tell({ kind: 'closed' });
        port.close();
      }
    } catch (error) {
      tell({ kind: 'failed', message: (error as Error).message });
    }
  });
}

const file = open(workerData as SqliteJournalFiles);
if (file !== undefined) serve(file);
