// TD65 to TD77: what Fargate does not have.
import { test } from 'node:test';
import { accepted, DRAFT, FARGATE, refused, withContainer } from './draft.fixture.ts';
import { isFargateSize } from './fargate-sizes.ts';
import assert from 'node:assert/strict';

const GIB = 1024;
const fargate = (change: Record<string, unknown>) => withContainer(change, FARGATE);

test('the sizes of Fargate are those of its table', () => {
  const table: [cpu: number, fromGib: number, toGib: number, stepGib: number][] = [
    [512, 1, 4, 1], [1024, 2, 8, 1], [2048, 4, 16, 1], [4096, 8, 30, 1], [8192, 16, 60, 4], [16384, 32, 120, 8],
  ];
  for (const [cpu, from, to, step] of table) {
    for (let gib = 1; gib <= 128; gib++) {
      const fits = gib >= from && gib <= to && (gib - from) % step === 0;
      assert.equal(isFargateSize(cpu, gib * GIB), fits, `${cpu} ${gib} GiB`);
    }
    assert.ok(!isFargateSize(cpu, from * GIB + 1));
  }
  for (const memory of [512, 1024, 2048]) assert.ok(isFargateSize(256, memory));
  for (const memory of [256, 300, 3072, 4096]) assert.ok(!isFargateSize(256, memory));
  assert.ok(!isFargateSize(300, 1024));
});

test('TD65 the network mode is awsvpc', () => {
  refused('TD65', { ...FARGATE, networkMode: undefined });
  refused('TD65', { ...FARGATE, networkMode: 'bridge' });
  refused('TD65', { ...FARGATE, requiresCompatibilities: ['EC2', 'FARGATE'], networkMode: 'host' });
});

test('TD66 the task has CPU', () => {
  refused('TD66', { ...FARGATE, cpu: undefined });
});

test('TD67 the task has memory', () => {
  refused('TD67', withContainer({ memory: 64 }, { ...FARGATE, memory: undefined }));
});

test('TD68 CPU and memory are a size Fargate has', () => {
  const { member, value } = refused('TD68', { ...FARGATE, memory: '300' });
  assert.deepEqual([member, value], ['256', '300']);
  accepted({ ...FARGATE, cpu: '.25 vCPU', memory: '0.5 GB' });
});

test('TD69 there is no ipcMode', () => {
  refused('TD69', { ...FARGATE, ipcMode: 'task' });
});

test('TD70 the pidMode is not the host', () => {
  refused('TD70', { ...FARGATE, pidMode: 'host' });
  accepted({ ...FARGATE, pidMode: 'task' });
});

test('TD71 nothing asks for the host it does not see', () => {
  refused('TD71', { ...FARGATE, placementConstraints: [{ type: 'memberOf', expression: 'attribute:x exists' }] });
  refused('TD71', { ...FARGATE, inferenceAccelerators: [{ deviceName: 'a', deviceType: 'x' }] });
  refused('TD71', { ...FARGATE, volumes: [{ name: 'a', host: { sourcePath: '/x' } }] });
  refused('TD71', { ...FARGATE, volumes: [{ name: 'a', dockerVolumeConfiguration: {} }] });
  refused('TD71', fargate({ privileged: true }));
  refused('TD71', fargate({ dockerSecurityOptions: ['no-new-privileges'] }));
  refused('TD71', fargate({ disableNetworking: true }));
  for (const linuxParameters of [{ devices: [{ hostPath: '/dev/x' }] }, { sharedMemorySize: 64 }, { maxSwap: 1 }, { swappiness: 1 }]) {
    refused('TD71', fargate({ linuxParameters }));
  }
  accepted({ ...FARGATE, volumes: [{ name: 'a', host: {} }] });
});

test('TD72 the only capability to add is SYS_PTRACE', () => {
  refused('TD72', fargate({ linuxParameters: { capabilities: { add: ['SYS_PTRACE', 'NET_ADMIN'] } } }));
  accepted(fargate({ linuxParameters: { capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] } } }));
});

test('TD73 there are no GPUs', () => {
  refused('TD73', fargate({ resourceRequirements: [{ type: 'GPU', value: '1' }] }));
});

test('TD74 logs go to awslogs, splunk or awsfirelens', () => {
  refused('TD74', fargate({ logConfiguration: { logDriver: 'json-file' } }));
  accepted(withContainer({ logConfiguration: { logDriver: 'json-file' } }, DRAFT));
  accepted(fargate({ logConfiguration: { logDriver: 'splunk' } }));
});

test('TD75 awslogs and images of ECR need an execution role', () => {
  const options = { 'awslogs-region': 'us-east-1', 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' };
  const logConfiguration = { logDriver: 'awslogs', options };
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1';
  refused('TD75', fargate({ logConfiguration }));
  refused('TD75', fargate({ image }));
  accepted(withContainer({ logConfiguration, image }, { ...FARGATE, executionRoleArn: 'ecsTaskExecutionRole' }));
});

test('TD76 timeouts are 2 to 120 seconds', () => {
  for (const stopTimeout of [0, 1, 121]) refused('TD76', fargate({ stopTimeout }));
  refused('TD76', fargate({ startTimeout: 121 }));
  accepted(fargate({ startTimeout: 2, stopTimeout: 120 }));
});

test('TD77 FireLens is configured from a file', () => {
  refused('TD77', fargate({ firelensConfiguration: { type: 'fluentbit', options: { 'config-file-type': 's3' } } }));
  accepted(fargate({ firelensConfiguration: { type: 'fluentbit', options: { 'config-file-type': 'file' } } }));
});
