// TD16 to TD41: each container by itself, and what it names elsewhere.
import { test } from 'node:test';
import { accepted, DRAFT, FARGATE, refused, withContainer, withContainers } from './draft.fixture.ts';

const BRIDGE = { ...DRAFT, networkMode: 'bridge' } as const;
const AWSVPC = { ...DRAFT, networkMode: 'awsvpc' } as const;
const ROLE = { ...DRAFT, executionRoleArn: 'role' } as const;

test('TD16 a container has a name', () => {
  refused('TD16', withContainer({ name: undefined }));
  refused('TD16', withContainer({ name: '' }));
});

test('TD17 its name has at most 255 characters', () => {
  refused('TD17', withContainer({ name: 'a'.repeat(256) }));
});

test('TD18 its name has letters, digits, underscores and hyphens', () => {
  for (const name of ['a b', 'a.b', 'a/b']) refused('TD18', withContainer({ name }));
});

test('TD19 a container has an image', () => {
  refused('TD19', withContainer({ image: undefined }));
  refused('TD19', withContainer({ image: '' }));
});

test('TD20 an image name has the characters of image names', () => {
  for (const image of ['a b', 'busybox;ls', 'ä']) refused('TD20', withContainer({ image }));
  accepted(withContainer({ image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b@sha256:${'a'.repeat(64)}` }));
});

test('TD21 CPU units are not negative', () => {
  refused('TD21', withContainer({ cpu: -1 }));
  accepted(withContainer({ cpu: 0 }));
});

test('TD22 memory is at least 4 MiB', () => {
  refused('TD22', withContainer({ memory: 3 }));
  refused('TD22', withContainer({ memoryReservation: 0 }));
  accepted(withContainer({ memory: 4 }));
});

test('TD23 without memory of the task, each container has a limit or a reservation', () => {
  const bare = { ...DRAFT, memory: undefined };
  refused('TD23', withContainer({}, bare));
  accepted(withContainer({ memory: 64 }, bare));
  accepted(withContainer({ memoryReservation: 64 }, bare));
});

test('TD24 the limit is not below the reservation', () => {
  refused('TD24', withContainer({ memory: 64, memoryReservation: 65 }));
  accepted(withContainer({ memory: 64, memoryReservation: 64 }));
});

test('TD25 environment variables have names', () => {
  refused('TD25', withContainer({ environment: [{ value: 'x' }] }));
  accepted(withContainer({ environment: [{ name: 'EMPTY', value: '' }] }));
});

test('TD26 there are up to ten environment files, named .env', () => {
  const file = { value: 'arn:aws:s3:::b/x.env', type: 's3' };
  refused('TD26', withContainer({ environmentFiles: Array.from({ length: 11 }, () => file) }));
  refused('TD26', withContainer({ environmentFiles: [{ ...file, value: 'arn:aws:s3:::b/x.txt' }] }));
  accepted(withContainer({ environmentFiles: [file] }));
});

test('TD27 links go to other containers, in bridge mode', () => {
  refused('TD27', withContainers([{ links: ['c1'] }, {}], AWSVPC));
  refused('TD27', withContainers([{ links: ['c9'] }, {}], BRIDGE));
  refused('TD27', withContainers([{ links: ['c0'] }], BRIDGE));
  accepted(withContainers([{ links: ['c1:db'] }, {}], BRIDGE));
  accepted(withContainers([{ links: ['c1'] }, {}]));
});

test('TD28 a host name cannot be set in awsvpc and host mode', () => {
  refused('TD28', withContainer({ hostname: 'h' }, AWSVPC));
  refused('TD28', withContainer({ hostname: 'h' }, { ...DRAFT, networkMode: 'host' }));
  accepted(withContainer({ hostname: 'h' }, BRIDGE));
});

test('TD29 extra hosts are names and addresses, not in awsvpc mode', () => {
  const extraHosts = [{ hostname: 'db', ipAddress: '10.0.0.1' }];
  refused('TD29', withContainer({ extraHosts }, AWSVPC));
  refused('TD29', withContainer({ extraHosts: [{ hostname: 'db', ipAddress: 'nowhere' }] }, BRIDGE));
  accepted(withContainer({ extraHosts }, BRIDGE));
});

test('TD30 mounted volumes exist and are mounted somewhere', () => {
  refused('TD30', withContainer({ mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }));
  const volumes = { ...DRAFT, volumes: [{ name: 'data' }] };
  refused('TD30', withContainer({ mountPoints: [{ sourceVolume: 'data' }] }, volumes));
  accepted(withContainer({ mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }, volumes));
});

test('TD31 volumes come from other containers of the task', () => {
  refused('TD31', withContainers([{ volumesFrom: [{ sourceContainer: 'c9' }] }]));
  refused('TD31', withContainers([{ volumesFrom: [{ sourceContainer: 'c0' }] }]));
  accepted(withContainers([{ volumesFrom: [{ sourceContainer: 'c1' }] }, {}]));
});

test('TD32 a health check has a command of a known form, and figures in range', () => {
  const check = (change: object) => withContainer({ healthCheck: { command: ['CMD-SHELL', 'true'], ...change } });
  refused('TD32', check({ command: [] }));
  refused('TD32', check({ command: ['CMD'] }));
  refused('TD32', check({ command: ['curl', 'x'] }));
  for (const bad of [{ interval: 4 }, { interval: 301 }, { timeout: 1 }, { timeout: 61 }, { retries: 0 }, { retries: 11 }, { startPeriod: -1 }, { startPeriod: 301 }]) {
    refused('TD32', check(bad));
  }
  accepted(check({ interval: 5, timeout: 60, retries: 10, startPeriod: 300 }));
});

test('TD33 a ulimit comes once, soft not above hard', () => {
  const nofile = { name: 'nofile', softLimit: 10, hardLimit: 20 };
  refused('TD33', withContainer({ ulimits: [nofile, nofile] }));
  refused('TD33', withContainer({ ulimits: [{ ...nofile, softLimit: 21 }] }));
  accepted(withContainer({ ulimits: [nofile, { name: 'core', softLimit: 5, hardLimit: -1 }] }));
});

test('TD34 linuxParameters have known capabilities, complete devices and sizes in range', () => {
  const bad = [
    { capabilities: { add: ['FLY'] } },
    { capabilities: { drop: ['CAP_CHOWN'] } },
    { devices: [{}] },
    { tmpfs: [{ containerPath: '/x', size: 0 }] },
    { sharedMemorySize: 0 },
    { maxSwap: -1 },
    { swappiness: 101 },
  ];
  for (const linuxParameters of bad) refused('TD34', withContainer({ linuxParameters }));
  accepted(withContainer({ linuxParameters: { capabilities: { add: ['ALL'], drop: ['CHOWN'] }, tmpfs: [{ containerPath: '/x', size: 1 }], maxSwap: 0, swappiness: 100 } }));
});

test('TD35 timeouts are not below what the agent can wait', () => {
  refused('TD35', withContainer({ startTimeout: 1 }));
  refused('TD35', withContainer({ stopTimeout: -1 }));
  accepted(withContainer({ startTimeout: 2, stopTimeout: 600 }));
});

test('TD36 a restart policy has a period of 60 to 1800 seconds and up to 50 exit codes', () => {
  for (const restartAttemptPeriod of [59, 1801]) refused('TD36', withContainer({ restartPolicy: { enabled: true, restartAttemptPeriod } }));
  refused('TD36', withContainer({ restartPolicy: { enabled: true, ignoredExitCodes: Array.from({ length: 51 }, (_, i) => i) } }));
  accepted(withContainer({ restartPolicy: { enabled: true, restartAttemptPeriod: 60 } }));
});

test('TD37 awslogs has a region and a group, on Fargate a stream prefix; mode is one of two', () => {
  const options = { 'awslogs-region': 'us-east-1', 'awslogs-group': 'g' };
  refused('TD37', withContainer({ logConfiguration: { logDriver: 'awslogs' } }));
  refused('TD37', withContainer({ logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g' } } }));
  refused('TD37', withContainer({ logConfiguration: { logDriver: 'awslogs', options } }, FARGATE));
  refused('TD37', withContainer({ logConfiguration: { logDriver: 'awslogs', options: { ...options, mode: 'lossy' } } }));
  accepted(withContainer({ logConfiguration: { logDriver: 'awslogs', options: { ...options, mode: 'non-blocking' } } }));
});

test('TD38 secrets are complete, need an execution role, and share no name with a variable', () => {
  const secrets = [{ name: 'KEY', valueFrom: 'arn:aws:ssm:us-east-1:1:parameter/x' }];
  refused('TD38', withContainer({ secrets }));
  refused('TD38', withContainer({ secrets: [{ name: 'KEY' }] }, ROLE));
  refused('TD38', withContainer({ secrets, environment: [{ name: 'KEY', value: 'x' }] }, ROLE));
  refused('TD38', withContainer({ secrets: [...secrets, ...secrets] }, ROLE));
  refused('TD38', withContainer({ repositoryCredentials: { credentialsParameter: 'x' } }));
  refused('TD38', withContainer({ logConfiguration: { logDriver: 'splunk', secretOptions: secrets } }));
  accepted(withContainer({ secrets }, ROLE));
});

test('TD39 kernel parameters are namespaced, and not shared with the host', () => {
  const control = (namespace: string, value = '1') => ({ systemControls: [{ namespace, value }] });
  refused('TD39', withContainer(control('vm.swappiness')));
  refused('TD39', withContainer(control('net.core.somaxconn'), { ...DRAFT, networkMode: 'host' }));
  refused('TD39', withContainer(control('kernel.msgmax'), { ...DRAFT, ipcMode: 'host' }));
  refused('TD39', withContainer(control('net.core.somaxconn', '')));
  accepted(withContainer(control('net.core.somaxconn')));
  accepted(withContainer(control('fs.mqueue.msg_max'), { ...DRAFT, ipcMode: 'task' }));
});

test('TD40 resource requirements are whole numbers, or accelerators of the task', () => {
  for (const value of ['0', '-1', '1.5', 'one']) refused('TD40', withContainer({ resourceRequirements: [{ type: 'GPU', value }] }));
  refused('TD40', withContainer({ resourceRequirements: [{ type: 'InferenceAccelerator', value: 'x' }] }));
  accepted(withContainer({ resourceRequirements: [{ type: 'GPU', value: '2' }] }));
});

test('TD41 security options are those Docker is given', () => {
  refused('TD41', withContainer({ dockerSecurityOptions: ['seccomp=unconfined'] }));
  accepted(withContainer({ dockerSecurityOptions: ['no-new-privileges', 'apparmor:x', 'label:user:u'] }));
});
