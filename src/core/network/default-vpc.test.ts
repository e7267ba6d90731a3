// The default VPC and addresses within its subnets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contains, overlaps, parseCidr } from './cidr.ts';
import { chooseDefaultCidr, planDefaultVpc } from './default-vpc.ts';
import { chooseAddress, macAddressOf, planInterface, privateDnsName, usableAddresses } from './network-interface.ts';

let next = 0;
const newId = (prefix: string): string => `${prefix}-${(next++).toString(16).padStart(17, '0')}`;

test('the first default VPC is 172.31.0.0/16 and no two overlap, until space runs out', () => {
  const taken: string[] = [];
  for (let cidr = chooseDefaultCidr(taken); cidr !== undefined; cidr = chooseDefaultCidr(taken)) {
    const block = parseCidr(cidr)!;
    assert.ok(taken.every((other) => !overlaps(parseCidr(other)!, block)), cidr);
    taken.push(cidr);
  }
  assert.equal(taken[0], '172.31.0.0/16');
  assert.equal(taken.length, 65);
});

test('has three /20 subnets in three zones inside the VPC and a default group that admits itself', () => {
  const { vpc, subnets, securityGroup } = planDefaultVpc('000000000000', 'eu-west-1', '172.31.0.0/16', newId);
  assert.deepEqual(subnets.map((s) => [s.cidrBlock, s.availabilityZone, s.availabilityZoneId]), [
    ['172.31.0.0/20', 'eu-west-1a', 'euw1-az1'],
    ['172.31.16.0/20', 'eu-west-1b', 'euw1-az2'],
    ['172.31.32.0/20', 'eu-west-1c', 'euw1-az3'],
  ]);
  for (const s of subnets) assert.ok(contains(parseCidr(vpc.cidrBlock)!, parseCidr(s.cidrBlock)!));
  assert.equal(securityGroup.rules[0]?.referencedGroupId, securityGroup.id);
});

test('gives every usable address once, wherever it starts, and then none', () => {
  for (const start of [0, 0.5, 0.999]) {
    const taken = new Set<string>();
    for (let a = chooseAddress('10.0.0.0/28', (x) => taken.has(x), start); a; a = chooseAddress('10.0.0.0/28', (x) => taken.has(x), start)) {
      assert.ok(!taken.has(a));
      taken.add(a);
    }
    assert.equal(taken.size, usableAddresses('10.0.0.0/28'));
    assert.equal(taken.size, 11);
    for (const reserved of ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.15']) assert.ok(!taken.has(reserved));
  }
});

test('an interface carries its subnet and what follows from its address', () => {
  const { subnets } = planDefaultVpc('000000000000', 'us-east-1', '172.31.0.0/16', newId);
  const eni = planInterface(subnets[1]!, { id: 'eni-1', address: '172.31.16.9', securityGroupIds: ['sg-1'], description: 'd', taskArn: 't', now: 5 });
  assert.equal(eni.macAddress, macAddressOf('172.31.16.9'));
  assert.equal(eni.macAddress, '02:42:ac:1f:10:09');
  assert.equal(eni.status, 'in-use');
  assert.equal(eni.availabilityZone, 'us-east-1b');
  assert.equal(privateDnsName('172.31.16.9', 'us-east-1'), 'ip-172-31-16-9.ec2.internal');
  assert.equal(privateDnsName('172.31.16.9', 'eu-west-1'), 'ip-172-31-16-9.eu-west-1.compute.internal');
});
