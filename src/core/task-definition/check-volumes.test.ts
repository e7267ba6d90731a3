// TD10 to TD15: volumes.
import { test } from 'node:test';
import { accepted, DRAFT, refused } from './draft.fixture.ts';

const withVolumes = (...volumes: unknown[]): Record<string, unknown> => ({ ...DRAFT, volumes });

test('TD10 a volume has a name', () => {
  refused('TD10', withVolumes({ host: {} }));
  refused('TD10', withVolumes({ name: '' }));
});

test('TD11 its name has letters, digits, underscores and hyphens, at most 255', () => {
  for (const name of ['/data', 'a.b', 'x'.repeat(256)]) refused('TD11', withVolumes({ name }));
  accepted(withVolumes({ name: 'data_1-x' }));
});

test('TD12 volume names are unique', () => {
  refused('TD12', withVolumes({ name: 'a' }, { name: 'a' }));
});

test('TD13 a volume is of one kind', () => {
  refused('TD13', withVolumes({ name: 'a', host: {}, efsVolumeConfiguration: { fileSystemId: 'fs-1' } }));
  refused('TD13', withVolumes({ name: 'a', dockerVolumeConfiguration: {}, configuredAtLaunch: true }));
});

test('TD14 one volume may be configured at launch', () => {
  refused('TD14', withVolumes({ name: 'a', configuredAtLaunch: true }, { name: 'b', configuredAtLaunch: true }));
  accepted(withVolumes({ name: 'a', configuredAtLaunch: true }, { name: 'b' }));
});

test('TD15 what a kind needs is there, and what it excludes is not', () => {
  refused('TD15', withVolumes({ name: 'a', dockerVolumeConfiguration: { scope: 'task', autoprovision: true } }));
  refused('TD15', withVolumes({ name: 'a', efsVolumeConfiguration: {} }));
  refused('TD15', withVolumes({ name: 'a', efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: { iam: 'ENABLED' } } }));
  refused('TD15', withVolumes({
    name: 'a',
    efsVolumeConfiguration: { fileSystemId: 'fs-1', transitEncryption: 'ENABLED', rootDirectory: '/x', authorizationConfig: { accessPointId: 'fsap-1' } },
  }));
  accepted(withVolumes({ name: 'a', dockerVolumeConfiguration: { scope: 'shared', autoprovision: true } }));
  accepted(withVolumes({ name: 'a', efsVolumeConfiguration: { fileSystemId: 'fs-1', transitEncryption: 'ENABLED', transitEncryptionPort: 2049 } }));
});
