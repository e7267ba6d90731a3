// The classes of a request, looked up and added up as HAProxy would, name the rule that a plain reading of the rules names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Rule } from '#model/load-balancer.ts';
import { cidrContains } from './cidr.ts';
import { evaluateRules, type PlainRequest } from './evaluate.fixture.ts';
import { classifyRules, type ClassField, type RuleClasses } from './rule-classes.ts';
import { byPriority } from './rule-index.ts';
import { arbitraryRequest, arbitraryRules } from './rules-arbitrary.fixture.ts';

function classOf({ field, maps }: ClassField, request: PlainRequest): number {
  const value = { host: request.host.toLowerCase(), path: request.path, method: request.method, source: request.source }[field];
  for (const map of maps) {
    const found = map.entries.find(([key]) => {
      if (map.match === 'exact') return value === key;
      if (map.match === 'prefix') return value.startsWith(key);
      if (map.match === 'suffix') return value.endsWith(key);
      return cidrContains(key, `${value}/32`);
    });
    if (found !== undefined) return found[1];
  }
  return 0;
}

function winner(rules: readonly Rule[], { fields, sums }: RuleClasses, request: PlainRequest): Rule | undefined {
  const sum = fields.reduce((total, field) => total + classOf(field, request), 0);
  const position = new Map(sums).get(sum);
  return position === undefined ? undefined : byPriority(rules)[position - 1];
}

const plain = (rules: readonly Rule[]): Rule[] => rules.filter((rule) => classifyRules([rule]) !== undefined);

test('the sum of the classes names the rule that a plain reading finds', () => {
  let met = 0;
  fc.assert(
    fc.property(arbitraryRules(24), fc.array(arbitraryRequest, { minLength: 1, maxLength: 10 }), (all, requests) => {
      const rules = plain(all);
      const classes = classifyRules(rules, 100_000);
      assert.ok(classes);
      for (const request of requests) {
        const expected = evaluateRules(rules, request)?.priority;
        assert.equal(winner(rules, classes, request)?.priority, expected);
        if (expected !== undefined) met += 1;
      }
    }),
    { numRuns: 500 },
  );
  assert.ok(met > 500, `only ${met} requests met a rule`);
});

const ruleOf = (at: number, conditions: Rule['conditions']): Rule => ({ arn: `r${at}`, listenerArn: 'l', account: '0', region: 'r', tags: [], priority: at, conditions, actions: [] });

test('a hundred rules on host and path are a few thousand sums', () => {
  const rules = Array.from({ length: 100 }, (_, at) => ruleOf(at + 1, [{ field: 'path-pattern', values: [`/s${at}/*`] }, ...(at % 2 === 0 ? [] : [{ field: 'host-header' as const, values: [`h${at}.test`] }])]));
  assert.equal(classifyRules(rules)?.sums.length, 50 * 51 + 50);
});

test('rules with tests, and rules with too many sums, are not of the kind', () => {
  assert.equal(classifyRules([ruleOf(1, [{ field: 'http-header', headerName: 'X', values: ['a'] }])]), undefined);
  assert.equal(classifyRules([ruleOf(1, [{ field: 'path-pattern', values: ['/a*b'] }])]), undefined);
  const rules = Array.from({ length: 99 }, (_, at) => ruleOf(at + 1, [[{ field: 'path-pattern' as const, values: [`/s${at}`] }], [{ field: 'host-header' as const, values: [`h${at}`] }], [{ field: 'source-ip' as const, values: [`10.0.0.${at}/32`] }]][at % 3]!));
  assert.equal(classifyRules(rules), undefined);
});

test('without rules, and with one that always holds, nothing is looked up', () => {
  assert.deepEqual(classifyRules([]), { fields: [], sums: [] });
  assert.deepEqual(classifyRules([ruleOf(5, [{ field: 'path-pattern', values: ['*'] }])]), { fields: [], sums: [[0, 1]] });
});
