// Query parameters become typed input, in both dialects.
import * as ec2 from '@aws-sdk/client-ec2';
import * as sts from '@aws-sdk/client-sts';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createShapes, type StructureShape } from '../shape.ts';
import { createFormReader } from './form-reader.ts';
import { parseForm } from './form.ts';
import { UnreadableInput } from './unreadable-input.ts';

const shapes = createShapes();
const assumeRole = shapes.operation(sts.AssumeRole$ as never).input;
const describeVpcs = shapes.operation(ec2.DescribeVpcs$ as never).input;
const query = (shape: StructureShape, text: string): unknown => createFormReader('awsQuery').read(shape, parseForm('', Buffer.from(text))).input;
const flat = (shape: StructureShape, text: string): unknown => createFormReader('ec2Query').read(shape, parseForm('', Buffer.from(text))).input;

test('awsQuery: lists by member number, in order, gaps closed; structures by name', () => {
  assert.deepEqual(query(assumeRole, 'RoleArn=a&DurationSeconds=900&Tags.member.10.Key=j&Tags.member.10.Value=J&Tags.member.2.Key=b&Tags.member.2.Value=B&Nope=1&PolicyArns.member.1.arn=p'), {
    RoleArn: 'a',
    DurationSeconds: 900,
    Tags: [{ Key: 'b', Value: 'B' }, { Key: 'j', Value: 'J' }],
    PolicyArns: [{ arn: 'p' }],
  });
});

test('awsQuery: a list named without items is empty', () => {
  assert.deepEqual(query(assumeRole, 'Tags='), { Tags: [] });
});

test('ec2Query: flat lists under capitalised and special names', () => {
  assert.deepEqual(flat(describeVpcs, 'Filter.1.Name=vpc-id&Filter.1.Value.1=a&Filter.1.Value.2=b&VpcId.1=v&DryRun=true&MaxResults=5&NextToken=n'), {
    Filters: [{ Name: 'vpc-id', Values: ['a', 'b'] }],
    VpcIds: ['v'],
    DryRun: true,
    MaxResults: 5,
    NextToken: 'n',
  });
});

test('maps by entry, keys as they come', () => {
  const shape: StructureShape = {
    kind: 'structure', name: 'S', union: false, required: [], byName: new Map(),
    members: [{ name: 'M', shape: { kind: 'map', value: { kind: 'number' }, keyName: 'key', valueName: 'value', sparse: false }, traits: {} }],
  };
  const read = query(shape, 'M.entry.1.key=a&M.entry.1.value=1&M.entry.2.key=__proto__&M.entry.2.value=2') as { M: object };
  assert.deepEqual(Object.entries(read.M), [['a', 1], ['__proto__', 2]]);
});

test('indexes that are none, and names too deep, do no harm', () => {
  assert.deepEqual(query(assumeRole, 'Tags.member.x.Key=a&Tags.member.0.Key=b&Tags.member.-1.Key=c&Tags.member.99999999999.Key=d'), { Tags: [] });
  assert.throws(() => query(assumeRole, `${'a.'.repeat(100)}b=1`), UnreadableInput);
});

test('forms decode plus and percent, take the first of a name, and parameters of the URL', () => {
  assert.deepEqual([...parseForm('Action=X&a=1', Buffer.from('a=2&b=c+d%2Be&&empty=&flag'))], [['Action', 'X'], ['a', '1'], ['b', 'c d+e'], ['empty', ''], ['flag', '']]);
  assert.throws(() => parseForm('', Buffer.from('a=%')), UnreadableInput);
  assert.throws(() => parseForm('', Buffer.from([0xff])), UnreadableInput);
});
