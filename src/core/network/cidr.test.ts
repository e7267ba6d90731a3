// Addresses and blocks against hand-computed values, and the laws that hold for all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contains, overlaps, parseCidr, parseIpv4, renderCidr, renderIpv4 } from './cidr.ts';

test('parses and renders addresses', () => {
  assert.equal(parseIpv4('172.31.0.1'), 0xac1f0001);
  assert.equal(renderIpv4(0xac1f0001), '172.31.0.1');
  for (const bad of ['', '1.2.3', '1.2.3.256', '1.2.3.4.5', 'a.b.c.d', '1.2.3.-4']) assert.equal(parseIpv4(bad), undefined);
});

test('clears host bits of a block and refuses what is not one', () => {
  assert.equal(renderCidr(parseCidr('10.0.3.5/16')!), '10.0.0.0/16');
  for (const bad of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/x', '10.0.0/8', '10.0.0.0/']) assert.equal(parseCidr(bad), undefined);
});

test('an address survives rendering and parsing', () => {
  fc.assert(fc.property(fc.nat(0xffffffff), (n) => parseIpv4(renderIpv4(n)) === n));
});

test('a block that contains another overlaps it, and disjoint blocks do neither', () => {
  const vpc = parseCidr('172.31.0.0/16')!;
  const inside = parseCidr('172.31.16.0/20')!;
  const outside = parseCidr('172.30.0.0/16')!;
  assert.ok(contains(vpc, inside) && overlaps(vpc, inside) && overlaps(inside, vpc));
  assert.ok(!contains(inside, vpc) && !overlaps(vpc, outside) && !contains(vpc, outside));
});
