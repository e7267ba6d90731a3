// The rules of a SPEC.md and the tests that hold them: each rule has a test whose title begins with its number, and the other way round.
const RULE = /^(?:\|\s*|[-*]\s+|#+\s+)?\**([A-Z]{1,4}\d+)\**\s*[|.:)\s]/gm;

const TITLE = /\b(?:test|it)(?:\.\w+)?\(\s*(['"`])([A-Z]{1,4}\d+)(?=[\s,:])/g;

/** Numbers of the rules that a SPEC.md states: table rows, list items or headings that begin with one (`| TS1 | …`). */
export function rulesOf(spec: string): string[] {
  return [...new Set([...spec.matchAll(RULE)].map((match) => match[1]!))];
}

/** Numbers that test titles begin with. */
export function testedRules(code: string): string[] {
  return [...new Set([...code.matchAll(TITLE)].map((match) => match[2]!))];
}

/** One line per rule without a test and per test without a rule. */
export function specProblems(path: string, spec: string, tests: readonly string[]): string[] {
  const rules = rulesOf(spec);
  const tested = tests.flatMap(testedRules);
  const families = new Set(rules.map(family));
  return [
    ...(rules.length === 0 ? [`${path}: states no numbered rule`] : []),
    ...rules.filter((rule) => !tested.includes(rule)).map((rule) => `${path}: no test is named ${rule}`),
    ...tested.filter((rule) => families.has(family(rule)) && !rules.includes(rule)).map((rule) => `${path}: a test is named ${rule}, which is no rule`),
  ];
}

function family(rule: string): string {
  return rule.replace(/\d+$/, '');
}
