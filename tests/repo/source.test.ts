// The small scanner that the repository's checks stand on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf, loadSources, parseSource } from './source.ts';

const bareOf = (text: string): string => parseSource('x.ts', text).bare.replace(/\s+/g, ' ').trim();

test('comments and strings are not code', () => {
  assert.equal(bareOf("a; // process.env\nb('process.env'); /* async\n async */ c"), 'a; b( ); c');
  assert.equal(bareOf('const url = "http://x"; d'), 'const url = ; d');
  assert.equal(bareOf("f('don\\'t'); g"), 'f( ); g');
});

test('code inside a template is code, the text around it is not', () => {
  assert.equal(bareOf('`async ${await x({ a: `in ${y}` })} await`; z'), 'await x({ a: y })  ; z'.replace('  ', ' '));
});

test('a regular expression is no code, a division is', () => {
  assert.equal(bareOf('const r = /async["/]/g; h'), 'const r = g; h');
  assert.equal(bareOf('const r = a / b; // c / d'), 'const r = a / b;');
});

test('positions and lines stay where they are', () => {
  const text = "// one\nconst a = 'two'; /* three\n */ b();\n";
  const { code, bare } = parseSource('x.ts', text);
  assert.equal(code.length, text.length);
  assert.equal(bare.length, text.length);
  assert.equal(bare.indexOf('b()'), text.indexOf('b()'));
});

test('every form of import is seen, and one in a comment or string is not', () => {
  const text = [
    "import a from './a.ts';",
    "import type { B } from '#base/b.ts';",
    "import {\n  c,\n} from 'node:fs';",
    "export { d } from './d.ts';",
    "import './e.ts';",
    "const f = await import('./f.ts');",
    "// import g from './g.ts'",
    'const h = "import i from \'./i.ts\'";',
  ].join('\n');
  assert.deepEqual(importsOf(parseSource('x.ts', text)).slice(0, 6), ['./a.ts', '#base/b.ts', 'node:fs', './d.ts', './e.ts', './f.ts']);
  assert.ok(!importsOf(parseSource('x.ts', text)).includes('./g.ts'));
});

test('the repository has sources', () => {
  const paths = loadSources().map((file) => file.path);
  assert.ok(paths.includes('src/base/clock.ts') && paths.includes('tests/repo/source.test.ts'));
});
