// The masks of a rule index, looked up as HAProxy would, name the rule that a plain reading of the rules names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cidrContains } from './cidr.ts';
import { evaluateRules, matches, type PlainRequest } from './evaluate.fixture.ts';
import { parsePattern } from './pattern.ts';
import { indexRules, RULES_PER_WORD, type FieldIndex, type RuleWord } from './rule-index.ts';
import { arbitraryRequest, arbitraryRules } from './rules-arbitrary.fixture.ts';
import type { Rule } from '#model/load-balancer.ts';

function lookUp(index: FieldIndex, request: PlainRequest): bigint {
  const value = { host: request.host.toLowerCase(), path: request.path, method: request.method, source: request.source }[index.field];
  for (const map of index.maps) {
    const found = map.entries.find(([key]) => {
      if (map.match === 'exact') return value === key;
      if (map.match === 'prefix') return value.startsWith(key);
      if (map.match === 'suffix') return value.endsWith(key);
      return cidrContains(key, `${value}/32`);
    });
    if (found !== undefined) return found[1];
  }
  return index.otherwise;
}

function winner(words: readonly RuleWord[], request: PlainRequest): Rule | undefined {
  for (const word of words) {
    let mask = word.fields.reduce((all, field) => all & lookUp(field, request), (1n << BigInt(word.rules.length)) - 1n);
    for (const { bit, condition } of word.tests) {
      const alone = { ...word.rules[0]!, conditions: [condition] };
      if ((mask & bit) !== 0n && evaluateRules([alone], request) === undefined) mask ^= bit;
    }
    if (mask !== 0n) return word.rules[(mask & -mask).toString(2).length - 1];
  }
  return undefined;
}

test('the index finds the rule that a plain reading finds', () => {
  fc.assert(
    fc.property(arbitraryRules(12), fc.array(arbitraryRequest, { minLength: 1, maxLength: 10 }), (rules, requests) => {
      const words = indexRules(rules);
      for (const request of requests) assert.equal(winner(words, request)?.priority, evaluateRules(rules, request)?.priority);
    }),
    { numRuns: 500 },
  );
});

test('a hundred rules take two words, and the one of the best priority wins over both', () => {
  const rules = Array.from({ length: 100 }, (_, at): Rule => ({ arn: `r${at}`, listenerArn: 'l', account: '0', region: 'r', tags: [], priority: 100 - at, conditions: [{ field: 'path-pattern', values: [`/p${at}`, '/all'] }], actions: [] }));
  const words = indexRules(rules);
  assert.deepEqual(words.map((word) => word.rules.length), [RULES_PER_WORD, 100 - RULES_PER_WORD]);
  const request = { method: 'GET', host: 'h', query: '', headers: {}, source: '127.0.0.1' };
  assert.equal(winner(words, { ...request, path: '/all' })?.priority, 1);
  assert.equal(winner(words, { ...request, path: '/p0' })?.priority, 100);
  assert.equal(winner(words, { ...request, path: '/none' }), undefined);
});

test('a pattern with one star at an end is no regular expression', () => {
  assert.deepEqual(parsePattern('/api/*'), { kind: 'prefix', text: '/api/' });
  assert.deepEqual(parsePattern('*.test'), { kind: 'suffix', text: '.test' });
  assert.deepEqual(parsePattern('**'), { kind: 'any' });
  assert.equal(parsePattern('/a*b').kind, 'regex');
  assert.deepEqual(parsePattern('a\\*', true), { kind: 'exact', text: 'a*' });
});

test('the regular expression of a pattern matches what the pattern matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '.', '*', '?', '/', '(', '"', '$'), maxLength: 6 });
  fc.assert(
    fc.property(text, text, (pattern, value) => {
      const parsed = parsePattern(pattern);
      const compiled = parsed.kind === 'regex' ? new RegExp(parsed.source).test(value) : parsed.kind === 'any' || { exact: value === parsed.text, prefix: value.startsWith(parsed.text), suffix: value.endsWith(parsed.text) }[parsed.kind];
      assert.equal(compiled, matches(pattern, value));
    }),
  );
});
