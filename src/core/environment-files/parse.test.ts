// What an environment file says, and which of several counts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeEnvironmentFiles, parseEnvironmentFile, parseLocation } from './parse.ts';

test('lines are NAME=value as they are; comments, empty ones and halves are left out', () => {
  const text = '# comment\n\nA=1\r\nB="two words" # not a comment\nC=x=y\nNAME\nEMPTY=\n=value\n  D = 4 \nA=2\n__proto__=p';
  assert.deepEqual(Object.entries(parseEnvironmentFile(text)), [['A', '2'], ['B', '"two words" # not a comment'], ['C', 'x=y'], ['  D ', ' 4 '], ['__proto__', 'p']]);
});

test('the first file that has a name counts', () => {
  assert.deepEqual(mergeEnvironmentFiles([{ A: '1' }, { A: '2', B: '2' }, { B: '3', C: '3' }]), { A: '1', B: '2', C: '3' });
});

test('locations are ARNs of objects that end in .env', () => {
  assert.deepEqual(parseLocation('arn:aws:s3:::box/a/b.env'), { bucket: 'box', key: 'a/b.env' });
  for (const value of ['arn:aws:s3:::box', 'arn:aws:s3:::/a.env', 'arn:aws:s3:::box/a.txt', 's3://box/a.env', 'arn:aws:ssm:us-east-1:1:parameter/a.env']) assert.equal(parseLocation(value), undefined, value);
});
