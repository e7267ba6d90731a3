// What a host offers is what definitions ask for: an attribute that only one side knows keeps tasks from every host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requiresAttributes } from '#core/task-definition/requires-attributes.ts';
import { renderRegistration } from './registration.ts';
import type { RuntimeInfo } from './runtime.ts';

const info: RuntimeInfo = {
  version: '20.10.24', architecture: 'amd64', cpus: 2, memoryBytes: 2 ** 32, cgroupDriver: 'cgroupfs', cgroupVersion: 1, rootDir: '/var/lib/docker', runtimes: ['runc'], defaultRuntime: 'runc',
  logDrivers: ['json-file', 'awslogs', 'syslog'], volumeDrivers: ['local', 'store/netshare:latest'], securityOptions: ['name=apparmor'],
};

test('a definition with everything that a host here can do asks for nothing it does not offer', () => {
  const { attributes } = renderRegistration({ cluster: 'default', agentVersion: '1', agentHash: 'x', launchType: 'EC2' }, info, undefined, 't');
  const offered = new Set(attributes.map(({ name }) => name));
  const secrets = [{ name: 'A', valueFrom: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:a' }, { name: 'B', valueFrom: 'b' }];
  const asked = requiresAttributes({
    family: 'all', networkMode: 'awsvpc', pidMode: 'task', ipcMode: 'task', taskRoleArn: 'role', executionRoleArn: 'role', placementConstraints: [],
    containerDefinitions: [{
      name: 'app', image: '000000000000.dkr.ecr.us-east-1.amazonaws.com/app', privileged: true, memoryReservation: 64, stopTimeout: 5, startTimeout: 5, secrets,
      environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/a.env' }], repositoryCredentials: { credentialsParameter: 'a' }, dockerSecurityOptions: ['apparmor:x'],
      healthCheck: { command: ['CMD', 'true'] }, restartPolicy: { enabled: true }, portMappings: [{ containerPortRange: '80-81' }], systemControls: [{ namespace: 'net.core.somaxconn', value: '1' }],
      linuxParameters: { sharedMemorySize: 64, initProcessEnabled: true, tmpfs: [{ containerPath: '/x', size: 1 }] },
      logConfiguration: { logDriver: 'awslogs', options: {}, secretOptions: secrets },
    }],
    volumes: [{ name: 'v', dockerVolumeConfiguration: { driver: 'store/netshare' } }, { name: 'w', dockerVolumeConfiguration: { driver: 'store/netshare:latest' } }],
  } as Parameters<typeof requiresAttributes>[0]);
  assert.ok(asked.length > 20);
  assert.deepEqual(asked.map(({ name }) => name).filter((name) => !offered.has(name)), []);
});
