// A query as a question to one host. Subjects, their operators and what they compare: the cluster query language of the Amazon
// ECS Developer Guide. Patterns run on an engine that needs time in proportion to the text, whatever the pattern.
import { RE2JS } from 're2js';
import { must } from '#base/assert.ts';
import { attributeValue } from '../host-capacity.ts';
import type { HostCapacity } from '../host-capacity.ts';
import type { Comparison, Operator, Query } from './parse.ts';
import { QueryError } from './scanner.ts';

export type HostTest = (capacity: HostCapacity) => boolean;

const EQUALITY: readonly Operator[] = ['==', '!='];
const MEMBERSHIP: readonly Operator[] = ['in', '!in', '=~', '!~'];
const ORDER: readonly Operator[] = ['>', '>=', '<', '<='];
const EXISTENCE: readonly Operator[] = ['exists', '!exists'];

interface Subject {
  readonly operators: readonly Operator[];
  /** Its values on a host: none when it has none, several for the groups of its tasks. */
  readonly valuesOf: (capacity: HostCapacity) => readonly string[];
  /** Less than, equal or more than 0. */
  readonly compare: (a: string, b: string) => number;
  /** Whether an argument can be compared with at all. */
  readonly accepts?: (value: string) => boolean;
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  agentConnected: { operators: [...EQUALITY, ...MEMBERSHIP], valuesOf: ({ host }) => [String(host.agentConnected)], compare: byText, accepts: (value) => value === 'true' || value === 'false' },
  agentVersion: { operators: [...EQUALITY, ...ORDER], valuesOf: ({ host }) => some(host.versionInfo.agentVersion), compare: byVersion, accepts: (value) => /^v?\d/.test(value) },
  ec2InstanceId: { operators: [...EQUALITY, ...MEMBERSHIP, ...EXISTENCE], valuesOf: ({ host }) => some(host.ec2InstanceId), compare: byText },
  registeredAt: {
    operators: [...EQUALITY, ...ORDER],
    valuesOf: ({ host }) => [new Date(host.registeredAt).toISOString()],
    compare: (a, b) => timeOf(a) - timeOf(b),
    accepts: (value) => !Number.isNaN(timeOf(value)),
  },
  runningTasksCount: {
    operators: [...EQUALITY, ...ORDER],
    valuesOf: ({ runningTasks }) => [String(runningTasks)],
    compare: (a, b) => Number(a) - Number(b),
    accepts: (value) => /^\d+$/.test(value),
  },
  'task:group': { operators: [...EQUALITY, ...MEMBERSHIP, ...EXISTENCE], valuesOf: ({ groups }) => [...groups.keys()], compare: byText },
};

/** @throws QueryError for a subject, operator or value that does not belong there */
export function compileQuery(query: Query): HostTest {
  switch (query.kind) {
    case 'comparison':
      return compileComparison(query);
    case 'not': {
      const part = compileQuery(query.part);
      return (capacity) => !part(capacity);
    }
    default: {
      const parts = query.parts.map(compileQuery);
      return query.kind === 'and' ? (capacity) => parts.every((part) => part(capacity)) : (capacity) => parts.some((part) => part(capacity));
    }
  }
}

function compileComparison({ subject: name, operator, values, at }: Comparison): HostTest {
  const subject = subjectOf(name, at);
  if (!subject.operators.includes(operator)) throw new QueryError(`the operator ${operator} is not supported for ${name}`, at);
  const patterned = operator === '=~' || operator === '!~';
  const wrong = patterned ? undefined : values.find((value) => subject.accepts?.(value) === false);
  if (wrong !== undefined) throw new QueryError(`'${wrong}' is not a value of ${name}`, at);
  const { valuesOf, compare } = subject;
  const first = values[0] ?? '';
  const any = (test: (value: string) => boolean): HostTest => (capacity) => valuesOf(capacity).some(test);
  const none = (test: (value: string) => boolean): HostTest => (capacity) => !valuesOf(capacity).some(test);
  switch (operator) {
    case '==':
    case 'in':
      return any((value) => values.some((wanted) => compare(value, wanted) === 0));
    case '!=':
    case '!in':
      return none((value) => values.some((wanted) => compare(value, wanted) === 0));
    case '>':
      return any((value) => compare(value, first) > 0);
    case '>=':
      return any((value) => compare(value, first) >= 0);
    case '<':
      return any((value) => compare(value, first) < 0);
    case '<=':
      return any((value) => compare(value, first) <= 0);
    case '=~':
      return any(patternTest(first, at));
    case '!~':
      return none(patternTest(first, at));
    case 'exists':
      return any(() => true);
    case '!exists':
      return none(() => true);
  }
}

function subjectOf(name: string, at: number): Subject {
  if (Object.hasOwn(SUBJECTS, name)) return must(SUBJECTS[name], 'a known subject');
  const attribute = /^attribute:(.+)$/.exec(name)?.[1];
  if (attribute === undefined) throw new QueryError(`'${name}' is not a subject`, at);
  return {
    operators: [...EQUALITY, ...MEMBERSHIP, ...ORDER, ...EXISTENCE],
    valuesOf: ({ host }) => some(attributeValue(host, attribute)),
    compare: byNumberOrText,
  };
}

/** The whole value must match, as in Java. */
function patternTest(pattern: string, at: number): (value: string) => boolean {
  try {
    const compiled = RE2JS.compile(pattern);
    return (value) => compiled.matches(value);
  } catch {
    throw new QueryError(`'${pattern}' is not a pattern`, at);
  }
}

function some(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

function byText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function byNumberOrText(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  return a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y) && a !== b ? x - y : byText(a, b);
}

/** 1.9.0 is before 1.10: number by number. */
function byVersion(a: string, b: string): number {
  const [x, y] = [a, b].map((version) => version.replace(/^v/, '').split(/[.-]/).map(Number)) as [number[], number[]];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (Number.isNaN(difference)) return byText(a, b);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `2018-06-18`, `2018-06-18T22:28:28`, with `Z` or an offset: without one it is UTC. Epoch milliseconds, or NaN. */
function timeOf(value: string): number {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return Date.parse(`${value}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/.test(value)) return NaN;
  return Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(value) ? value : `${value}Z`);
}
