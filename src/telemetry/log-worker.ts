// The thread that owns the log files: compression, fsync, decompression and searching happen here, off the control plane's event loop.
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '#base/assert.ts';
import type { Logger } from '#base/logger.ts';
import { LogEngine } from './log-engine.ts';
import { liveFeed } from './log-live.ts';
import type { FromWorker, Request, ToWorker, WorkerSettings } from './log-protocol.ts';

const port = must(parentPort, 'the log worker runs as a worker');
const send = (message: FromWorker): void => port.postMessage(message);

const log: Logger = {
  debug() {},
  info: (message, fields) => send({ kind: 'log', level: 'info', message, fields }),
  warn: (message, fields) => send({ kind: 'log', level: 'warn', message, fields }),
  error: (message, fields) => send({ kind: 'log', level: 'error', message, fields }),
  with: () => log,
};

const settings = workerData as WorkerSettings;
const { folder, maxFileBytes, maxFileFrames } = settings;
const engine = new LogEngine({ folder, log, ...(maxFileBytes && { maxFileBytes }), ...(maxFileFrames && { maxFileFrames }) });
const feed = liveFeed(engine, (subscription, events) => send({ kind: 'live', subscription, events }));

function perform(request: Request): unknown {
  switch (request.kind) {
    case 'append':
      return engine.append(request.batch);
    case 'read':
      return engine.read(request.query);
    case 'stats':
      return engine.stats(request.groupId);
    case 'groupBytes':
      return engine.groupBytes(request.groupIds);
    case 'deleteStream':
      return engine.deleteStream(request.groupId, request.streamId);
    case 'deleteGroup':
      return engine.deleteGroup(request.groupId);
    case 'keep':
      return engine.keep(request.groups);
    case 'trim':
      return engine.trim(request.keepFrom, request.maxGroupBytes);
    case 'subscribe':
      return feed.subscribe(request.subscription, request.to);
    case 'unsubscribe':
      return feed.unsubscribe(request.subscription);
    case 'settle':
      return engine.settled();
    case 'close':
      return engine.close();
  }
}

port.on('message', async (request: ToWorker) => {
  try {
    send({ kind: 'answer', id: request.id, value: await perform(request) });
  } catch (error) {
    send({ kind: 'refusal', id: request.id, message: error instanceof Error ? error.message : String(error) });
  }
  if (request.kind === 'close') port.close();
});
send({ kind: 'ready' });
