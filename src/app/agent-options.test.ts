// The agent's command line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAgentOptions } from './agent-options.ts';

test('what a host offers', () => {
  const { offer, action } = parseAgentOptions([
    '--cpu', '2048', '--memory', '4096', '--gpu', 'GPU-1', '--gpu', 'GPU-2', '--reserved-ports', '8080,9000-9002', '--zone', 'eu-1b', '--instance-type', 'm5.large',
    '--attribute', 'rack=r1', '--attribute', 'note=a=b', '--tag', 'team=web',
  ]);
  assert.deepEqual(offer, {
    cpu: 2048, memoryMiB: 4096, gpus: ['GPU-1', 'GPU-2'], reservedTcpPorts: [8080, 9000, 9001, 9002], reservedUdpPorts: [], zone: 'eu-1b',
    attributes: { rack: 'r1', note: 'a=b', 'ecs.instance-type': 'm5.large' }, tags: [{ key: 'team', value: 'web' }],
  });
  assert.equal(action, 'run');
  assert.deepEqual(parseAgentOptions(['--gpu', 'none']).offer.gpus, []);
  assert.equal(parseAgentOptions([]).offer.gpus, undefined);
});

test('mistakes are named', () => {
  for (const [args, words] of [
    [['--reserved-ports', '9000-8000'], /ports as in/],
    [['--reserved-ports', '70000'], /ports as in/],
    [['--attribute', 'rack'], /NAME=VALUE/],
    [['--attribute', 'ecs.os-type=x'], /are taken/],
    [['--cpu', 'many'], /whole number/],
    [['--install', '--leave'], /not both/],
    [['--activation-id', 'a'], /go together/],
    [['--token', 't', '--activation-id', 'a', '--activation-code', 'b'], /not both/],
    [['--unknown'], /unknown/],
  ] as const) assert.throws(() => parseAgentOptions(args), { message: words });
});
