// What a task takes from its host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reservedResources } from './reserved.ts';

const NONE = { containerOverrides: [] };

test('the size of the task counts when it has one', () => {
  const definition = { cpu: '256', memory: '512', containerDefinitions: [{ name: 'a', cpu: 10, memory: 20 }] };
  assert.deepEqual(reservedResources(definition, NONE), { cpu: 256, memoryMiB: 512, tcpPorts: [], udpPorts: [], gpus: 0 });
  assert.equal(reservedResources(definition, { ...NONE, cpu: '512', memory: '1024' }).memoryMiB, 1024);
});

test('else the containers are added up, by their reservation where they have one', () => {
  const containerDefinitions = [
    { name: 'a', cpu: 10, memory: 100, memoryReservation: 40 },
    { name: 'b', memory: 60, resourceRequirements: [{ type: 'GPU' as const, value: '2' }] },
  ];
  assert.deepEqual(reservedResources({ containerDefinitions }, NONE), { cpu: 10, memoryMiB: 100, tcpPorts: [], udpPorts: [], gpus: 2 });
});

test('overrides of a container replace its figures', () => {
  const containerDefinitions = [{ name: 'a', cpu: 10, memory: 100 }];
  const { cpu, memoryMiB } = reservedResources({ containerDefinitions }, { containerOverrides: [{ name: 'a', cpu: 50, memory: 200 }] });
  assert.deepEqual([cpu, memoryMiB], [50, 200]);
});

test('fixed host ports count in bridge and host mode, dynamic ones and those of an own address do not', () => {
  const portMappings = [
    { containerPort: 80, hostPort: 8080, protocol: 'tcp' as const },
    { containerPort: 53, hostPort: 53, protocol: 'udp' as const },
    { containerPort: 90, hostPort: 0, protocol: 'tcp' as const },
  ];
  const containerDefinitions = [{ name: 'a', portMappings }];
  const ports = (networkMode?: 'awsvpc' | 'bridge' | 'host') => {
    const { tcpPorts, udpPorts } = reservedResources({ containerDefinitions, ...(networkMode ? { networkMode } : {}) }, NONE);
    return [tcpPorts, udpPorts];
  };
  assert.deepEqual(ports(), [[8080], [53]]);
  assert.deepEqual(ports('bridge'), [[8080], [53]]);
  assert.deepEqual(ports('awsvpc'), [[], []]);
});
