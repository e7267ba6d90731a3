// CloudWatch Logs as the AWS SDK meets it: the real client, the wire, the API, the log store on disk. The clock is the machine's.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListLogGroupsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  PutLogGroupDeletionProtectionCommand,
  PutRetentionPolicyCommand,
  StartLiveTailCommand,
  StartQueryCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  TestMetricFilterCommand,
  UntagLogGroupCommand,
  UntagResourceCommand,
  type InputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogStore } from '#api/logs/log-store.ts';
import { createLogsService } from '#api/logs/service.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import { whatToKeep } from '#telemetry/log-retention.ts';
import { openLogStore } from '#telemetry/log-store.ts';
import { createAwsHandler } from '#wire/server.ts';
import { createAuthenticator } from '#wire/sigv4/authenticator.ts';

const folder = mkdtempSync(join(tmpdir(), 'longshore-logs-api-'));
const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger, freezeRows: true });
const logs = await openLogStore({ folder, log: silentLogger });
// The store of telemetry/ is what the API asks for.
const service = createLogsService({ store, random: systemRandom, clock: systemClock, log: silentLogger, logs: logs satisfies LogStore });
const authenticate = createAuthenticator({ mode: 'relaxed', keys: () => undefined, clock: systemClock });
const server = createServer(createAwsHandler({ services: [service], authenticate, clock: systemClock, random: systemRandom, log: silentLogger }));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function newClient(accessKeyId = '111122223333', region = 'us-east-1'): CloudWatchLogsClient {
  return new CloudWatchLogsClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey: 'x' }, maxAttempts: 1, disableHostPrefix: true });
}
const client = newClient();

after(async () => {
  client.destroy();
  server.closeAllConnections();
  server.close();
  await logs.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

let names = 0;
const newName = (): string => `/ecs/test-${++names}`;

async function newGroup(streams: readonly string[] = []): Promise<string> {
  const logGroupName = newName();
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  for (const logStreamName of streams) await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  return logGroupName;
}

const put = (logGroupName: string, logStreamName: string, logEvents: InputLogEvent[]) => client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));

/** `count` events a millisecond apart, ending now. */
function lines(count: number, text = 'line', end = Date.now()): InputLogEvent[] {
  return Array.from({ length: count }, (_, i) => ({ timestamp: end - count + i, message: `${text} ${i}` }));
}

function fails(call: Promise<unknown>, name: string, message: string | RegExp): Promise<void> {
  return assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

let arnOfFirst: string;
before(async () => {
  await client.send(new CreateLogGroupCommand({ logGroupName: 'first', tags: { team: 'a' } }));
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'first' }));
  arnOfFirst = logGroups![0]!.logGroupArn!;
});

test('a group is described as it was made', async () => {
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'first' }));
  const { creationTime, ...group } = logGroups![0]!;
  assert.ok(Math.abs(creationTime! - Date.now()) < 60_000);
  assert.deepEqual(group, {
    logGroupName: 'first',
    metricFilterCount: 0,
    arn: 'arn:aws:logs:us-east-1:111122223333:log-group:first:*',
    logGroupArn: 'arn:aws:logs:us-east-1:111122223333:log-group:first',
    storedBytes: 0,
    logGroupClass: 'STANDARD',
    deletionProtectionEnabled: false,
  });
});

test("errors are CloudWatch's, word for word", async () => {
  await fails(client.send(new CreateLogGroupCommand({ logGroupName: 'first' })), 'ResourceAlreadyExistsException', 'The specified log group already exists');
  await fails(client.send(new CreateLogGroupCommand({ logGroupName: 'a b' })), 'InvalidParameterException', "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
  await fails(client.send(new CreateLogGroupCommand({ logGroupName: 'x'.repeat(513) })), 'InvalidParameterException', /Member must have length less than or equal to 512$/);
  await fails(client.send(new CreateLogGroupCommand({ logGroupName: undefined })), 'InvalidParameterException', "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null");
  await fails(client.send(new DeleteLogGroupCommand({ logGroupName: 'none' })), 'ResourceNotFoundException', 'The specified log group does not exist.');
  await fails(client.send(new CreateLogStreamCommand({ logGroupName: 'none', logStreamName: 's' })), 'ResourceNotFoundException', 'The specified log group does not exist.');
  await client.send(new CreateLogStreamCommand({ logGroupName: 'first', logStreamName: 's' }));
  await fails(client.send(new CreateLogStreamCommand({ logGroupName: 'first', logStreamName: 's' })), 'ResourceAlreadyExistsException', 'The specified log stream already exists');
  await fails(client.send(new CreateLogStreamCommand({ logGroupName: 'first', logStreamName: 'a:b' })), 'InvalidParameterException', /'a:b' at 'logStreamName'.*pattern: \[\^:\*\]\*$/);
  await fails(client.send(new GetLogEventsCommand({ logGroupName: 'first', logStreamName: 'none' })), 'ResourceNotFoundException', 'The specified log stream does not exist.');
  await fails(client.send(new GetLogEventsCommand({ logGroupName: 'first', logStreamName: 's', nextToken: 'f/1' })), 'InvalidParameterException', 'The specified nextToken is invalid.');
  await fails(client.send(new PutRetentionPolicyCommand({ logGroupName: 'first', retentionInDays: 2 })), 'InvalidParameterException', /'2' at 'retentionInDays'/);
  await fails(client.send(new DescribeLogGroupsCommand({ limit: 51 })), 'InvalidParameterException', /Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50$/);
  await fails(client.send(new FilterLogEventsCommand({ logGroupName: 'first', filterPattern: '{ $.a' })), 'InvalidParameterException', "If a filter pattern starts with '{' it must end with '}'");
  await fails(client.send(new StartQueryCommand({ startTime: 1, endTime: 2, queryString: 'x' })), 'UnsupportedOperationException', /StartQuery/);
});

test('accounts and regions are separate', async () => {
  for (const other of [newClient('444455556666'), newClient('111122223333', 'eu-west-1')]) {
    const { logGroups } = await other.send(new DescribeLogGroupsCommand({}));
    assert.deepEqual(logGroups, []);
    await other.send(new CreateLogGroupCommand({ logGroupName: 'first' }));
    other.destroy();
  }
});

test('groups are listed in pages, by prefix and by pattern', async () => {
  for (const name of ['list/b', 'list/a', 'list/C', 'list/d']) await client.send(new CreateLogGroupCommand({ logGroupName: name }));
  const seen: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'list/', limit: 3, nextToken }));
    seen.push(...page.logGroups!.map((group) => group.logGroupName!));
    nextToken = page.nextToken;
  } while (nextToken);
  assert.deepEqual(seen, ['list/C', 'list/a', 'list/b', 'list/d']);
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePattern: 'IST/c' }));
  assert.deepEqual(logGroups!.map((group) => group.logGroupName), ['list/C']);
  const listed = await client.send(new ListLogGroupsCommand({ logGroupNamePattern: '^list/a|st/b|^ist' }));
  assert.deepEqual(listed.logGroups!.map((group) => group.logGroupName), ['list/a', 'list/b']);
});

test('events come back in order, from either end, page by page, with tokens that lead both ways', async () => {
  const group = await newGroup(['s']);
  const events = lines(25);
  await put(group, 's', events.slice(10));
  await put(group, 's', events.slice(0, 10));
  const get = (extra: object) => client.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: 's', limit: 10, ...extra }));
  const texts = (page: Awaited<ReturnType<typeof get>>): number[] => page.events!.map((event) => Number(event.message!.split(' ')[1]));
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
  const newest = await get({});
  assert.deepEqual(texts(newest), range(15, 25));
  const older = await get({ nextToken: newest.nextBackwardToken });
  assert.deepEqual(texts(older), range(5, 15));
  assert.deepEqual(texts(await get({ nextToken: older.nextForwardToken })), range(15, 25));
  const head = await get({ startFromHead: true });
  assert.deepEqual(texts(head), range(0, 10));
  const last = await get({ nextToken: (await get({ nextToken: head.nextForwardToken })).nextForwardToken });
  assert.deepEqual(texts(last), range(20, 25));
  const end = await get({ nextToken: last.nextForwardToken });
  assert.deepEqual([end.events, end.nextForwardToken], [[], last.nextForwardToken]);
  assert.deepEqual(texts(await get({ nextToken: end.nextBackwardToken })), range(15, 25));
  await put(group, 's', [{ timestamp: events.at(-1)!.timestamp, message: 'line 25' }]);
  assert.deepEqual(texts(await get({ nextToken: end.nextForwardToken })), [25]);
  const begin = await get({ nextToken: head.nextBackwardToken });
  assert.deepEqual([begin.events, begin.nextBackwardToken], [[], head.nextBackwardToken]);
  assert.match(head.nextForwardToken!, /^f\/\d{56}$/);
  const times = { startTime: events[3]!.timestamp!, endTime: events[6]!.timestamp! };
  assert.deepEqual(texts(await get({ ...times, startFromHead: true })), [3, 4, 5]);
  assert.deepEqual(texts(await get({ ...times })), [3, 4, 5]);
});

test('a stream that is empty can be followed from its first token on', async () => {
  const group = await newGroup(['s']);
  const get = (nextToken?: string) => client.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: 's', nextToken }));
  const empty = await get();
  assert.deepEqual(empty.events, []);
  await put(group, 's', lines(3));
  assert.equal((await get(empty.nextForwardToken)).events!.length, 3);
});

test('a filter finds across streams in order of time, in pages', async () => {
  const group = await newGroup(['web/1', 'web/2', 'db/1']);
  const now = Date.now();
  for (const [i, stream] of ['web/1', 'web/2', 'db/1'].entries()) {
    await put(group, stream, Array.from({ length: 40 }, (_, n) => ({ timestamp: now - 1000 + n * 10 + i, message: JSON.stringify({ n, stream, level: n % 10 === 0 ? 'error' : 'info' }) })));
  }
  const filter = async (extra: object): Promise<Array<{ n: number; stream: string }>> => {
    const found: Array<{ n: number; stream: string }> = [];
    let nextToken: string | undefined;
    let previous = 0;
    do {
      const page = await client.send(new FilterLogEventsCommand({ logGroupName: group, limit: 3, ...extra, nextToken }));
      for (const event of page.events!) {
        assert.ok(event.timestamp! >= previous && event.eventId!.length === 56 && event.ingestionTime! >= now);
        previous = event.timestamp!;
        const { n, stream } = JSON.parse(event.message!) as { n: number; stream: string };
        assert.equal(event.logStreamName, stream);
        found.push({ n, stream });
      }
      nextToken = page.nextToken;
    } while (nextToken);
    return found;
  };
  assert.equal((await filter({})).length, 120);
  assert.equal((await filter({ filterPattern: 'error' })).length, 12);
  assert.deepEqual((await filter({ filterPattern: '{ $.level = "error" && $.n > 20 }', logStreamNamePrefix: 'web/' })).map(({ n, stream }) => `${stream} ${n}`), ['web/1 30', 'web/2 30']);
  assert.equal((await filter({ logStreamNames: ['db/1'] })).length, 40);
  assert.equal((await filter({ startTime: now - 1000, endTime: now - 1000 + 1 })).length, 2);
  await fails(client.send(new FilterLogEventsCommand({ logGroupName: group, logStreamNames: ['none'] })), 'ResourceNotFoundException', 'The specified log stream does not exist.');
});

test('streams are described by name and by time, with what their events say', async () => {
  const group = await newGroup(['b', 'a', 'c', 'empty']);
  const now = Date.now();
  for (const [i, stream] of ['c', 'a', 'b'].entries()) await put(group, stream, [{ timestamp: now - 100 + i, message: 'x' }]);
  const list = async (extra: object): Promise<string[]> => {
    const all: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(new DescribeLogStreamsCommand({ logGroupName: group, limit: 3, ...extra, nextToken }));
      all.push(...page.logStreams!.map((stream) => stream.logStreamName!));
      nextToken = page.nextToken;
    } while (nextToken);
    return all;
  };
  assert.deepEqual(await list({}), ['a', 'b', 'c', 'empty']);
  assert.deepEqual(await list({ descending: true }), ['empty', 'c', 'b', 'a']);
  assert.deepEqual(await list({ orderBy: 'LastEventTime' }), ['empty', 'c', 'a', 'b']);
  assert.deepEqual(await list({ orderBy: 'LastEventTime', descending: true }), ['b', 'a', 'c', 'empty']);
  assert.deepEqual(await list({ logStreamNamePrefix: 'e' }), ['empty']);
  const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName: group, logStreamNamePrefix: 'c' }));
  const stream = logStreams![0]!;
  assert.deepEqual([stream.firstEventTimestamp, stream.lastEventTimestamp, stream.storedBytes], [now - 100, now - 100, 0]);
  assert.equal(stream.arn, `arn:aws:logs:us-east-1:111122223333:log-group:${group}:log-stream:c`);
  assert.ok(stream.lastIngestionTime! >= now && stream.uploadSequenceToken);
  await fails(client.send(new DescribeLogStreamsCommand({ logGroupName: group, orderBy: 'LastEventTime', logStreamNamePrefix: 'c' })), 'InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
});

test('batches are held to CloudWatch limits', async () => {
  const group = await newGroup(['s']);
  const now = Date.now();
  const invalid = (events: InputLogEvent[], message: string | RegExp) => fails(put(group, 's', events), 'InvalidParameterException', message);
  await invalid([{ timestamp: now, message: 'b' }, { timestamp: now - 1, message: 'a' }], 'Log events in a single PutLogEvents request must be in chronological order.');
  await invalid([{ timestamp: now, message: '' }], /Value '' at 'logEvents\.1\.member\.message' failed to satisfy constraint: Member must have length greater than or equal to 1/);
  await invalid([], /'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1/);
  await invalid(Array.from({ length: 10_001 }, () => ({ timestamp: now, message: 'x' })), /Member must have length less than or equal to 10000/);
  await invalid(Array.from({ length: 2 }, () => ({ timestamp: now, message: 'x'.repeat(524_263) })), 'Upload too large: 1048578 bytes exceeds limit of 1048576');
  await invalid([{ timestamp: now, message: 'x'.repeat(1_048_551) }], 'Log event too large: 1048577 bytes exceeds limit of 1048576');
  await invalid([{ timestamp: now - 90_000_000, message: 'a' }, { timestamp: now, message: 'b' }], 'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  await put(group, 's', Array.from({ length: 2 }, () => ({ timestamp: now, message: 'é'.repeat(262_131) })));
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group }));
  assert.equal(logGroups![0]!.storedBytes, 1_048_576);
});

test('events that are too old or too new are left out and told', async () => {
  const group = await newGroup(['s']);
  const now = Date.now();
  const hour = 3_600_000;
  const day = 24 * hour;
  const old = await put(group, 's', [{ timestamp: now - 15 * day, message: 'old' }, { timestamp: now - 13.5 * day, message: 'in time' }]);
  assert.deepEqual(old.rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1 });
  assert.ok(old.nextSequenceToken);
  const young = await put(group, 's', [{ timestamp: now, message: 'now' }, { timestamp: now + 3 * hour, message: 'too new' }]);
  assert.deepEqual(young.rejectedLogEventsInfo, { tooNewLogEventStartIndex: 1 });
  await client.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 1 }));
  const expired = await put(group, 's', [{ timestamp: now - 2 * day, message: 'expired' }, { timestamp: now - 2 * day + 1, message: 'expired too' }]);
  assert.deepEqual(expired.rejectedLogEventsInfo, { expiredLogEventEndIndex: 2 });
  const { events } = await client.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: 's' }));
  assert.deepEqual(events!.map((event) => event.message), ['now']);
  await client.send(new DeleteRetentionPolicyCommand({ logGroupName: group }));
  const all = await client.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: 's' }));
  assert.deepEqual(all.events!.map((event) => event.message), ['in time', 'now']);
});

test('retention drops what is too old and what belongs to nothing', async () => {
  const group = await newGroup(['s']);
  const now = Date.now();
  await put(group, 's', [{ timestamp: now - 3 * 86_400_000, message: 'old' }]);
  await put(group, 's', [{ timestamp: now, message: 'new' }]);
  await client.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 1 }));
  await logs.keep(whatToKeep(store, now));
  await client.send(new DeleteRetentionPolicyCommand({ logGroupName: group }));
  const { events } = await client.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: 's' }));
  assert.deepEqual(events!.map((event) => event.message), ['new']);
});

test('a group that is made again begins empty', async () => {
  const group = await newGroup(['s']);
  await put(group, 's', lines(3));
  await client.send(new DeleteLogStreamCommand({ logGroupName: group, logStreamName: 's' }));
  await client.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: 's' }));
  const read = () => client.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: 's' }));
  assert.deepEqual((await read()).events, []);
  await put(group, 's', lines(3));
  await client.send(new DeleteLogGroupCommand({ logGroupName: group }));
  await fails(read(), 'ResourceNotFoundException', 'The specified log group does not exist.');
  await client.send(new CreateLogGroupCommand({ logGroupName: group }));
  const { events } = await client.send(new FilterLogEventsCommand({ logGroupName: group }));
  assert.deepEqual(events, []);
});

test('a protected group cannot be deleted', async () => {
  const group = await newGroup();
  await client.send(new PutLogGroupDeletionProtectionCommand({ logGroupIdentifier: group, deletionProtectionEnabled: true }));
  await fails(client.send(new DeleteLogGroupCommand({ logGroupName: group })), 'ValidationException', /deletion protection/);
  await client.send(new PutLogGroupDeletionProtectionCommand({ logGroupIdentifier: group, deletionProtectionEnabled: false }));
  await client.send(new DeleteLogGroupCommand({ logGroupName: group }));
});

test('tags are the same by name and by ARN', async () => {
  await client.send(new TagLogGroupCommand({ logGroupName: 'first', tags: { b: '2' } }));
  await client.send(new TagResourceCommand({ resourceArn: arnOfFirst, tags: { c: '3', b: '4' } }));
  assert.deepEqual((await client.send(new ListTagsLogGroupCommand({ logGroupName: 'first' }))).tags, { team: 'a', b: '4', c: '3' });
  await client.send(new UntagLogGroupCommand({ logGroupName: 'first', tags: ['b'] }));
  await client.send(new UntagResourceCommand({ resourceArn: arnOfFirst, tagKeys: ['team'] }));
  assert.deepEqual((await client.send(new ListTagsForResourceCommand({ resourceArn: arnOfFirst }))).tags, { c: '3' });
  await fails(client.send(new ListTagsForResourceCommand({ resourceArn: `${arnOfFirst}x` })), 'ResourceNotFoundException', 'The specified resource does not exist.');
});

test('a live tail shows what is put from now on, filtered', async () => {
  const group = await newGroup(['s', 't']);
  const arn = `arn:aws:logs:us-east-1:111122223333:log-group:${group}`;
  const abort = new AbortController();
  const tail = await client.send(new StartLiveTailCommand({ logGroupIdentifiers: [arn], logStreamNamePrefixes: ['s'], logEventFilterPattern: 'wanted' }), { abortSignal: abort.signal });
  const found: string[] = [];
  for await (const event of tail.responseStream!) {
    if (event.sessionStart) {
      assert.deepEqual(event.sessionStart.logGroupIdentifiers, [arn]);
      await put(group, 't', [{ timestamp: Date.now(), message: 'wanted, but of another stream' }]);
      await put(group, 's', [{ timestamp: Date.now(), message: 'wanted' }, { timestamp: Date.now(), message: 'not' }]);
    }
    found.push(...(event.sessionUpdate?.sessionResults ?? []).map((result) => `${result.logGroupIdentifier} ${result.logStreamName} ${result.message}`));
    if (found.length > 0) break;
  }
  assert.deepEqual(found, [`${arn} s wanted`]);
  abort.abort();
});

test('a filter pattern can be tried on samples', async () => {
  const { matches } = await client.send(new TestMetricFilterCommand({ filterPattern: '[a, b = 4*]', logEventMessages: ['x 404', 'x 200', 'y 42'] }));
  assert.deepEqual(matches, [
    { eventNumber: 1, eventMessage: 'x 404', extractedValues: { $a: 'x', $b: '404' } },
    { eventNumber: 3, eventMessage: 'y 42', extractedValues: { $a: 'y', $b: '42' } },
  ]);
});
