// The rules of SPEC.md, each by its number.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fact } from './fact.ts';
import { isOver } from './next-steps.ts';
import { planProblem } from './plan.ts';
import { container, exited, on, play, success } from './plan.fixture.ts';
import type { Play } from './plan.fixture.ts';
import { dueReports, markOf, viewReport } from './report.ts';
import type { ReportMark } from './report.ts';
import { PHASES } from './run.ts';

const ordered: Fact = { kind: 'ordered', desired: 'STOPPED' };
const refusal = { name: 'CannotPullContainerError', message: 'no such image' };

test('every rule has a test', () => {
  const spec = readFileSync(join(import.meta.dirname, 'SPEC.md'), 'utf8');
  const own = readFileSync(import.meta.filename, 'utf8');
  for (const [, rule] of spec.matchAll(/^\| (TR\d+) /gm)) assert.ok(own.includes(`test('${rule} `), `no test of ${rule}`);
});

test('TR1 a stopped container stays so, whatever is heard of it', () => {
  const p = play(container('app'), container('side', { essential: false })).goOn();
  p.tell(exited('side', 0, p.nowMs));
  for (const fact of [...success('start side', 5), ...success('create side', 5), ...success('pull side', 5), { kind: 'health' as const, container: 'side', health: 'HEALTHY' as const, atMs: 5 }]) {
    assert.deepEqual(p.tell(fact), []);
    assert.equal(p.phase('side'), 'stopped');
  }
});

test('TR2 resources and pulls go side by side; a stopping task begins none and waits for no pull', () => {
  const p = play(container('app'), container('side'));
  assert.deepEqual(p.open, ['prepare', 'pull app', 'pull side']);
  p.tell({ kind: 'prepared' });
  p.tell(ordered);
  assert.ok(isOver(p.run));
});

test('TR2 found again after its agent or its machine was restarted: only what is still to start waits for resources', () => {
  const p = play(container('app', { restart: { ignoredExitCodes: [], periodMs: 0 } }), container('side')).goOn();
  p.run = { ...p.run, resources: 'none' };
  assert.deepEqual(p.tell({ kind: 'tick' }), []);
  assert.deepEqual(p.tell(exited('app', 1, p.nowMs)), ['prepare']);
  assert.deepEqual(p.tell({ kind: 'prepared' }), ['start app']);
  const created = play(container('app'));
  for (const step of ['prepare', 'pull app', 'create app']) created.tell(success(step, 1)[0]!);
  created.run = { ...created.run, resources: 'none', containers: { app: { ...created.run.containers['app']!, busy: undefined } } };
  assert.deepEqual(created.tell({ kind: 'tick' }), ['prepare']);
});

test('TR3 created when resources, image and references are there; early only without volumes', () => {
  const p = play(container('init', { essential: false }), container('plain', { dependsOn: [on('init', 'COMPLETE')] }), container('mounts', { dependsOn: [on('init', 'COMPLETE')], createEarly: false }), container('after', { needsCreated: ['plain'] }));
  for (const step of ['pull init', 'pull plain', 'pull mounts', 'pull after']) assert.deepEqual(p.tell(success(step, 0)[0]!), []);
  assert.deepEqual(p.tell({ kind: 'prepared' }), ['create init', 'create plain']);
  assert.deepEqual(p.tell(success('create plain', 0)[0]!), ['create after']);
  p.tell(success('create init', 0)[0]!);
  p.tell(success('start init', 0)[0]!);
  assert.deepEqual(p.tell(exited('init', 1, 0)), ['start plain', 'create mounts']);
});

test('TR4 START holds once it has started, also after its end', () => {
  const p = play(container('brief', { essential: false }), container('app', { dependsOn: [on('brief', 'START')], createEarly: false }));
  for (const step of ['prepare', 'pull brief', 'create brief', 'start brief']) p.tell(success(step, 1)[0]!);
  p.tell(exited('brief', 1, 2));
  assert.deepEqual(p.tell(success('pull app', 3)[0]!), ['create app']);
});

test('TR5 COMPLETE, SUCCESS and HEALTHY hold as they say', () => {
  for (const [condition, fact] of [['COMPLETE', exited('dep', 9, 1)], ['SUCCESS', exited('dep', 0, 1)], ['HEALTHY', { kind: 'health', container: 'dep', health: 'HEALTHY', atMs: 1 }]] as [('COMPLETE' | 'SUCCESS' | 'HEALTHY'), Fact][]) {
    const p = play(container('dep', { essential: false }), container('app', { dependsOn: [on('dep', condition)] })).goOn();
    assert.equal(p.phase('app'), 'created', condition);
    p.tell({ kind: 'health', container: 'dep', health: 'UNHEALTHY', atMs: 0 });
    assert.deepEqual(p.tell(fact), ['start app'], condition);
  }
});

test('TR6 what can never be satisfied ends the dependant', () => {
  for (const [condition, code] of [['SUCCESS', 1], ['HEALTHY', 0]] as const) {
    const p = play(container('dep', { essential: false }), container('app', { dependsOn: [on('dep', condition)] })).goOn();
    p.tell(exited('dep', code, 1));
    assert.equal(p.phase('app'), 'stopped', condition);
    assert.ok(isOver(p.run));
  }
});

test('TR7 a dependency that takes longer than its startTimeout ends the dependant, at that moment', () => {
  const p = play(container('dep', { essential: false, startTimeoutMs: 500 }), container('app', { dependsOn: [on('dep', 'HEALTHY')] })).goOn();
  assert.equal(p.wakeAtMs, 1500);
  p.nowMs = 1499;
  p.tell({ kind: 'tick' });
  assert.equal(p.phase('app'), 'created');
  p.nowMs = 1500;
  assert.deepEqual(p.tell({ kind: 'tick' }), ['stop dep']);
  assert.match(p.run.reason ?? '', /timed out/);
});

test('TR8 what can never start has CannotStartContainerError and 143; only an essential one ends the task', () => {
  const p = play(container('app'), container('dep', { essential: false }), container('extra', { essential: false, dependsOn: [on('dep', 'SUCCESS')] })).goOn();
  p.tell(exited('dep', 2, 1));
  assert.equal(p.run.containers['extra']?.exitCode, 143);
  assert.match(p.run.containers['extra']?.reason ?? '', /^CannotStartContainerError: dependency graph: failed to resolve container ordering dependency \[dep\] for target \[extra\]/);
  assert.equal(viewReport(p.run).status, 'RUNNING');
});

test('TR9 a restart policy restarts after the attempt period, not for ignored codes, not sooner, not while stopping', () => {
  const restart = { ignoredExitCodes: [7], periodMs: 100 };
  const outcome = (code: number | undefined, ranMs: number, stop = false): string[] => {
    const p = play(container('app', { restart })).goOn();
    if (stop) p.tell(ordered);
    return p.tell(exited('app', code, 1000 + ranMs));
  };
  assert.deepEqual(outcome(1, 100), ['start app']);
  assert.deepEqual(outcome(0, 100), ['start app']);
  assert.deepEqual(outcome(1, 99), []);
  assert.deepEqual(outcome(7, 100), []);
  assert.deepEqual(outcome(undefined, 100), []);
  assert.deepEqual(outcome(1, 100, true), []);
  const p = play(container('app', { restart })).goOn();
  p.tell(exited('app', 1, 1100));
  p.nowMs = 1200;
  p.goOn();
  assert.deepEqual([p.phase('app'), p.run.containers['app']?.restarts, viewReport(p.run).status], ['running', 1, 'RUNNING']);
  assert.deepEqual(p.tell(exited('app', 1, 1250)), [], 'the period counts from the restart');
});

test('TR9 an exit that is told twice, by an event and by a look at the container, is one exit', () => {
  const p = play(container('app', { restart: { ignoredExitCodes: [], periodMs: 100 } })).goOn();
  const exit = exited('app', 1, 1200);
  assert.deepEqual(p.tell(exit), ['start app']);
  p.tell(exit);
  p.nowMs = 1300;
  p.goOn();
  assert.equal(p.phase('app'), 'running');
  p.tell(exited('app', 1, 1450));
  assert.deepEqual(p.open, ['start app']);
});

test('TR10 stopping goes against the dependencies, the pause container last', () => {
  const pause = container('pause', { internal: true });
  const p = play(pause, container('db', { dependsOn: [on('pause', 'START')] }), container('app', { dependsOn: [on('pause', 'START'), on('db', 'START')] })).goOn();
  assert.deepEqual(p.tell(ordered), ['stop app']);
  assert.deepEqual(p.tell(exited('app', 0, 1)), ['stop db']);
  assert.deepEqual(p.tell(exited('db', 0, 1)), ['stop pause']);
  const early = play(container('app'));
  for (const step of ['prepare', 'pull app', 'create app']) early.tell(success(step, 0)[0]!);
  early.tell(ordered);
  assert.equal(isOver(early.run), false, 'a start under way is waited for');
  assert.deepEqual(early.tell(success('start app', 0)[0]!), ['stop app']);
});

test('TR11 an essential end stops the task, another one does not', () => {
  const p = play(container('app'), container('side', { essential: false })).goOn();
  assert.deepEqual(p.tell(exited('side', 1, 1)), []);
  assert.equal(p.run.desired, 'RUNNING');
  p.tell(exited('app', 0, 2));
  assert.deepEqual([p.run.desired, p.run.executionStoppedAtMs], ['STOPPED', 2]);
});

test('TR12 RUNNING once every container runs or has ended, and never skipped', () => {
  const p = play(container('app'), container('init', { essential: false }));
  assert.equal(viewReport(p.run).status, 'PENDING');
  for (const step of ['prepare', 'pull app', 'pull init', 'create app', 'create init', 'start app']) p.tell(success(step, 1)[0]!);
  assert.equal(viewReport(p.run).status, 'PENDING');
  p.tell(exited('init', 0, 1));
  p.tell(success('start init', 1)[0]!);
  assert.equal(viewReport(p.run).status, 'RUNNING');
  p.tell(exited('app', 3, 2));
  assert.deepEqual(dueReports(undefined, p.run).map((r) => r.status), ['RUNNING', 'STOPPED']);
});

test('TR13 STOPPED when all have ended; a task of which nothing is left is over, essential or not', () => {
  const p = play(container('a', { essential: false }), container('b', { essential: false })).goOn();
  p.tell(exited('a', 0, 1));
  assert.equal(viewReport(p.run).status, 'RUNNING');
  p.tell(exited('b', 0, 1));
  assert.equal(viewReport(p.run).status, 'STOPPED');
});

test('TR14 the first failure to start is the reason; an exit is none', () => {
  const p = play(container('app'), container('side'));
  p.tell({ kind: 'pulled', container: 'app', refusal });
  p.tell({ kind: 'prepared', refusal: { name: 'ResourceInitializationError', message: 'later' } });
  assert.equal(viewReport(p.run).reason, 'CannotPullContainerError: no such image');
  const q = play(container('app')).goOn();
  q.tell(exited('app', 1, 1));
  assert.equal(viewReport(q.run).reason, undefined);
});

test('TR15 an exit during the start counts after it; a failed start keeps its reason', () => {
  const upTo = (): Play => {
    const p = play(container('app'));
    for (const step of ['prepare', 'pull app', 'create app']) p.tell(success(step, 1)[0]!);
    p.tell(exited('app', 4, 2));
    return p;
  };
  const p = upTo();
  assert.equal(p.phase('app'), 'created');
  p.tell(success('start app', 2)[0]!);
  assert.deepEqual([p.phase('app'), p.run.containers['app']?.exitCode, p.run.reachedRunning], ['stopped', 4, true]);
  const q = upTo();
  q.tell({ kind: 'notStarted', container: 'app', refusal: { name: 'CannotStartContainerError', message: 'no such file' } });
  assert.deepEqual([q.run.reason, q.run.reachedRunning], ['CannotStartContainerError: no such file', false]);
});

test('TR16 an out-of-memory kill is named, a clean exit beside one is not', () => {
  const p = play(container('app'), container('side', { essential: false })).goOn();
  p.tell(exited('side', 0, 1, true));
  p.tell(exited('app', 137, 1, true));
  assert.equal(p.run.containers['app']?.reason, 'OutOfMemoryError: Container killed due to memory usage');
  assert.equal(p.run.containers['side']?.reason, undefined);
});

test('TR17 a stop that fails is tried again, ever later', () => {
  const p = play(container('app')).goOn();
  p.tell(ordered);
  const waits: number[] = [];
  for (let round = 0; round < 12; round++) {
    assert.deepEqual(p.tell({ kind: 'stopEnded', container: 'app', refusal: { name: 'CannotStopContainerError', message: 'busy' } }), []);
    waits.push(p.wakeAtMs! - p.nowMs);
    p.nowMs = p.wakeAtMs!;
    assert.deepEqual(p.tell({ kind: 'tick' }), ['stop app']);
  }
  assert.ok(waits.every((w, i) => i === 0 || w >= waits[i - 1]!) && waits.at(-1) === 30_000);
});

test('TR18 while a task runs every end of a container is due; while it starts, none', () => {
  const p = play(container('app'), container('x', { essential: false }), container('init', { essential: false }));
  for (const step of ['prepare', 'pull init', 'create init', 'start init']) p.tell(success(step, 1)[0]!);
  p.tell(exited('init', 0, 1));
  assert.deepEqual(dueReports(undefined, p.run), []);
  p.goOn();
  const [running] = dueReports(undefined, p.run);
  const mark: ReportMark = markOf(running!);
  assert.deepEqual(dueReports(mark, p.run), []);
  p.tell(exited('x', 0, 1));
  assert.deepEqual(dueReports(mark, p.run).map((r) => r.status), ['RUNNING']);
});

test('TR19 whatever succeeds or fails, a task comes to rest and phases only move forward', () => {
  fc.assert(fc.property(fc.infiniteStream(fc.nat(99)), fc.integer({ min: 1, max: 4 }), (stream, size) => {
    const next = (): number => stream.next().value as number;
    const conditions = ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'] as const;
    const p = play(...Array.from({ length: size }, (_, i) => container(`c${i}`, {
      essential: next() < 50, createEarly: next() < 50, startTimeoutMs: 100,
      dependsOn: i > 0 && next() < 60 ? [on(`c${next() % i}`, conditions[next() % 4]!)] : [],
    })));
    const phases = new Map<string, number>();
    for (let turn = 0; turn < 300; turn++) {
      const step = p.open.splice(next() % Math.max(1, p.open.length), 1)[0];
      if (step === undefined && p.wakeAtMs === undefined) break;
      p.nowMs = step === undefined ? p.wakeAtMs! : p.nowMs + (next() % 20);
      for (const fact of step === undefined ? [{ kind: 'tick' as const }] : answer(step, next(), p)) p.tell(fact);
      for (const [name, state] of Object.entries(p.run.containers)) {
        assert.ok(PHASES.indexOf(state.phase) >= (phases.get(name) ?? 0), `${name} moved back to ${state.phase}`);
        phases.set(name, PHASES.indexOf(state.phase));
      }
    }
    assert.deepEqual(p.open, []);
    if (isOver(p.run)) return;
    const waitsForHealth = p.run.plan.containers.some((c) => p.phase(c.name) === 'created');
    assert.ok(p.run.reachedRunning || waitsForHealth, JSON.stringify(p.run.containers));
    p.tell(ordered);
    p.goOn();
    assert.ok(isOver(p.run));
  }), { numRuns: 300 });
});

function answer(step: string, luck: number, p: Play): Fact[] {
  const [verb, name = ''] = step.split(' ');
  const failure = { name: 'CannotStartContainerError', message: 'bad luck' };
  if (luck < 8 && verb === 'pull') return [{ kind: 'pulled', container: name, refusal: failure }];
  if (luck < 8 && verb === 'create') return [{ kind: 'notCreated', container: name, refusal: failure }];
  if (luck < 8 && verb === 'start') return [{ kind: 'notStarted', container: name, refusal: failure }];
  if (luck < 8 && verb === 'prepare') return [{ kind: 'prepared', refusal: failure }];
  const facts = success(step, p.nowMs);
  if (verb !== 'start') return facts;
  if (luck < 40) return [exited(name, luck % 3, p.nowMs), ...facts];
  return luck < 70 ? [...facts, { kind: 'health', container: name, health: 'HEALTHY', atMs: p.nowMs }] : facts;
}

test('plans that wait for themselves or for nobody are told apart', () => {
  assert.equal(planProblem({ arn: 't', containers: [container('a'), container('b', { dependsOn: [on('a', 'START')] })] }), undefined);
  assert.match(planProblem({ arn: 't', containers: [container('a', { dependsOn: [on('b', 'START')] }), container('b', { dependsOn: [on('a', 'START')] })] }) ?? '', /a, b/);
  assert.match(planProblem({ arn: 't', containers: [container('a', { needsCreated: ['ghost'] })] }) ?? '', /does not exist: a/);
});
