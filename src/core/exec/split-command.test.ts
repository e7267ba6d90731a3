// Commands and their words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinCommand, splitCommand } from './split-command.ts';

test('a command is split as a shell would, with nothing expanded', () => {
  const words = (text: string) => {
    const split = splitCommand(text);
    return split.ok ? split.words : split.error;
  };
  assert.deepEqual(words('/bin/sh'), ['/bin/sh']);
  assert.deepEqual(words('  sh -c "echo $HOME; echo \\"x y\\""  '), ['sh', '-c', 'echo $HOME; echo "x y"']);
  assert.deepEqual(words("printf '%s\\n' a\\ b ''"), ['printf', '%s\\n', 'a b', '']);
  assert.deepEqual(words('ls # not this'), ['ls']);
  assert.deepEqual(words('a#b'), ['a#b']);
  assert.equal(words('echo "x'), 'EOF found when expecting closing quote');
  assert.equal(words('echo \\'), 'EOF found after escape character');
  assert.equal(words('  '), 'the command is empty');
});

test('words that are joined split into the same words', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (words) => {
    assert.deepEqual(splitCommand(joinCommand(words)), { ok: true, words });
  }));
});
