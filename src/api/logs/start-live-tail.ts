// StartLiveTail: an event stream; once a second what was stored since, sampled to 500 events, for at most three hours.
import { delay } from '#base/clock.ts';
import { uuid } from '#base/ids.ts';
import { logStreams, type LogGroup } from '#model/log-group.ts';
import { AwsError } from '#wire/aws-error.ts';
import { constraints, validate, validateCount } from './constraints.ts';
import type { LogsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { checkFilterPattern } from './filter-pattern.ts';
import { identifiedGroup } from './find-group.ts';
import type { LiveTailSessionLogEvent, StartLiveTailRequest, StartLiveTailResponse, StartLiveTailResponseStream } from './shapes.ts';

const maxGroups = 10;
const updateMs = 1000;
const maxEvents = 500;
const sessionMs = 3 * 60 * 60 * 1000;

export function startLiveTail(input: StartLiveTailRequest, ctx: LogsContext): StartLiveTailResponse {
  const identifiers = input.logGroupIdentifiers ?? [];
  validateCount(identifiers.length, 'logGroupIdentifiers', 1, maxGroups);
  validate([input.logEventFilterPattern, 'logEventFilterPattern', constraints.filterPattern]);
  const { logStreamNames: names, logStreamNamePrefixes: prefixes } = input;
  if (names && prefixes) throw invalidParameter('LogStreamNames and LogStreamNamePrefixes are mutually exclusive parameters.');
  if ((names ?? prefixes) && identifiers.length > 1) {
    throw invalidParameter('LogStreamNames and LogStreamNamePrefixes can only be specified with a single log group.');
  }
  // Names would be ambiguous between accounts: here only ARNs are taken.
  if (identifiers.some((one) => !one.startsWith('arn:'))) throw invalidParameter('LogGroupIdentifiers must be ARNs.');
  const groups = identifiers.map((one) => identifiedGroup(ctx.store, ctx, one));
  checkFilterPattern(input.logEventFilterPattern);
  return { responseStream: session(input, groups, ctx) };
}

async function* session(input: StartLiveTailRequest, groups: readonly LogGroup[], ctx: LogsContext): AsyncGenerator<StartLiveTailResponseStream> {
  const { logGroupIdentifiers, logStreamNames, logStreamNamePrefixes, logEventFilterPattern } = input;
  const arns = new Map(groups.map((group) => [group.id, group.arn]));
  const sample = new Sample();
  const pattern = logEventFilterPattern && { filterPattern: logEventFilterPattern };
  const stop = ctx.logs.subscribe({ groupIds: [...arns.keys()], ...pattern }, (events) => {
    for (const { groupId, streamId, timestamp, ingestionTime, message } of events) {
      const [stream] = ctx.store.by(logStreams, 'id', streamId);
      const named = stream && (logStreamNames?.includes(stream.name) ?? logStreamNamePrefixes?.some((prefix) => stream.name.startsWith(prefix)) ?? true);
      if (named) sample.add({ logStreamName: stream.name, logGroupIdentifier: arns.get(groupId)!, message, timestamp, ingestionTime });
    }
  });
  try {
    const started = ctx.clock.now();
    const sessionId = uuid(ctx.random);
    yield { sessionStart: { requestId: ctx.call.requestId, sessionId, logGroupIdentifiers, logStreamNames, logStreamNamePrefixes, logEventFilterPattern: logEventFilterPattern ?? '' } };
    while (!ctx.call.signal.aborted) {
      await delay(ctx.clock, updateMs);
      const { events, sampled } = sample.take();
      yield { sessionUpdate: { sessionMetadata: { sampled }, sessionResults: events } };
      if (ctx.clock.now() - started >= sessionMs) throw new AwsError('SessionTimeoutException', 'The live tail session has been open for three hours.');
    }
  } finally {
    stop();
  }
}

/** The first 500 events since the last update. Which 500 AWS shows of more is not said; the first are the cheapest. */
class Sample {
  #events: LiveTailSessionLogEvent[] = [];
  #sampled = false;

  add(event: LiveTailSessionLogEvent): void {
    if (this.#events.length < maxEvents) this.#events.push(event);
    else this.#sampled = true;
  }

  take(): { events: LiveTailSessionLogEvent[]; sampled: boolean } {
    const taken = { events: this.#events, sampled: this.#sampled };
    this.#events = [];
    this.#sampled = false;
    return taken;
  }
}
