// Random rules, and requests that often meet them: both are put together from the same few words.
import fc from 'fast-check';
import type { Condition, Rule } from '#model/load-balancer.ts';
import type { PlainRequest } from './evaluate.fixture.ts';

const LABELS = ['a', 'b', 'api', 'www', 'x-1'];
const STEPS = ['a', 'b', 'api', 'img.png', 'v1', 'A', '$x', "it's"];

const label = fc.constantFrom(...LABELS);
const step = fc.constantFrom(...STEPS);
const wildStep = fc.constantFrom(...STEPS, '*', 'a*', '?', '*.png', 'v?');

const hostPattern = fc.oneof(
  fc.tuple(label, label).map(([a, b]) => `${a}.${b}.test`),
  fc.tuple(fc.constantFrom('*', '*.', 'a*.', 'A?i.'), label).map(([wild, b]) => `${wild}${b}.test`),
  fc.constantFrom('*', 'Test', '*test', 'www.*'),
);
const pathPattern = fc.oneof(
  fc.array(step, { maxLength: 3 }).map((steps) => `/${steps.join('/')}`),
  fc.array(step, { maxLength: 2 }).map((steps) => `/${steps.join('/')}*`),
  fc.array(wildStep, { maxLength: 3 }).map((steps) => `/${steps.join('/')}`),
  fc.constantFrom('*', '/*', '*.png', '/'),
);
const word = fc.constantFrom('1', '2', 'on', 'a b', 'x"y', 'ON');
const wildWord = fc.oneof(word, fc.constantFrom('*', 'o*', '?', '\\*', '*b', 'x*y'));

const several = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 3 });

const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 3, arbitrary: several(hostPattern).map((values): Condition => ({ field: 'host-header', values })) },
  { weight: 5, arbitrary: several(pathPattern).map((values): Condition => ({ field: 'path-pattern', values })) },
  { weight: 1, arbitrary: several(fc.constantFrom('GET', 'POST', 'PUT')).map((values): Condition => ({ field: 'http-request-method', values })) },
  { weight: 1, arbitrary: several(fc.constantFrom('127.0.0.0/8', '127.0.0.2/32', '10.0.0.0/8', '0.0.0.0/0', '::/0')).map((values): Condition => ({ field: 'source-ip', values })) },
  { weight: 1, arbitrary: several(wildWord).map((values): Condition => ({ field: 'http-header', headerName: 'X-Word', values })) },
  {
    weight: 1,
    arbitrary: several(fc.record({ key: fc.constantFrom('k', 'K*', 'v', undefined), value: fc.constantFrom('1', 'on', '*', 'o?', '2*') })).map(
      (pairs): Condition => ({ field: 'query-string', pairs: pairs.map(({ key, value }) => (key === undefined ? { value } : { key, value })) }),
    ),
  },
);

const SINGLE = ['host-header', 'path-pattern', 'http-request-method', 'source-ip'];

const conditions = fc.array(condition, { minLength: 1, maxLength: 3 }).map((list) => list.filter((one, at) => !SINGLE.includes(one.field) || list.findIndex((other) => other.field === one.field) === at));

/** Rules of one listener, each with a priority of its own; every one answers by itself. */
export const arbitraryRules = (maxLength: number): fc.Arbitrary<Rule[]> =>
  fc.array(conditions, { maxLength, size: 'max' }).map((list) => list.map((own, at): Rule => ruleOf(at, own)));

function ruleOf(at: number, own: Condition[]): Rule {
  // Priorities are not in the order of the rows.
  const priority = ((at * 37) % 101) * 10 + at + 1;
  const arn = `arn:aws:elasticloadbalancing:us-east-1:0:listener-rule/app/x/1/2/${at.toString(16).padStart(16, '0')}`;
  return { arn, listenerArn: 'l', account: '0', region: 'us-east-1', tags: [], priority, conditions: own, actions: [{ type: 'fixed-response', order: 1, statusCode: '200', messageBody: String(priority) }] };
}

export const arbitraryRequest: fc.Arbitrary<PlainRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  host: fc.oneof(fc.tuple(label, label).map(([a, b]) => `${a}.${b}.test`), fc.constantFrom('test', 'WWW.a.Test', 'other')),
  path: fc.array(step, { maxLength: 4 }).map((steps) => `/${steps.join('/')}`),
  query: fc.constantFrom('', 'k=1', 'k=on&v=2', 'on', 'K=ON', 'v=22&x'),
  headers: fc.oneof(fc.constant({}), word.map((value) => ({ 'x-word': value }))),
  source: fc.constantFrom('127.0.0.1', '127.0.0.2'),
});
