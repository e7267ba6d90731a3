// Rules TD10 to TD15: volumes.
import type { Draft } from './draft.ts';
import type { Violation } from './violation.ts';

type VolumeDraft = NonNullable<Draft['volumes']>[number];

const NAME = /^[a-zA-Z0-9_-]{1,255}$/;

export const volumeChecks: readonly ((draft: Draft) => Violation | undefined)[] = [
  ({ volumes = [] }) => (volumes.every(({ name }) => name) ? undefined : { rule: 'TD10' }),
  ({ volumes = [] }) => {
    const bad = volumes.find(({ name }) => !NAME.test(name ?? ''));
    return bad ? { rule: 'TD11', value: bad.name ?? '' } : undefined;
  },
  ({ volumes = [] }) => {
    const names = volumes.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    return twice === undefined ? undefined : { rule: 'TD12', value: twice };
  },
  ({ volumes = [] }) => {
    const bad = volumes.find((volume) => kinds(volume) > 1);
    return bad ? { rule: 'TD13', value: bad.name ?? '' } : undefined;
  },
  ({ volumes = [] }) => (volumes.filter((volume) => volume.configuredAtLaunch).length > 1 ? { rule: 'TD14' } : undefined),
  ({ volumes = [] }) => {
    for (const volume of volumes) {
      const member = badMember(volume);
      if (member) return { rule: 'TD15', value: volume.name ?? '', member };
    }
    return undefined;
  },
];

function kinds(volume: VolumeDraft): number {
  return [
    volume.host,
    volume.dockerVolumeConfiguration,
    volume.efsVolumeConfiguration,
    volume.fsxWindowsFileServerVolumeConfiguration,
    volume.s3filesVolumeConfiguration,
    volume.configuredAtLaunch ? true : undefined,
  ].filter((kind) => kind !== undefined).length;
}

interface EfsDraft {
  readonly fileSystemId?: string;
  readonly rootDirectory?: string;
  readonly transitEncryption?: string;
  readonly transitEncryptionPort?: number;
  readonly authorizationConfig?: { readonly accessPointId?: string; readonly iam?: string };
}

function badMember({ dockerVolumeConfiguration: docker, efsVolumeConfiguration, host }: VolumeDraft): string | undefined {
  if (docker?.autoprovision !== undefined && docker.scope !== 'shared') return 'autoprovision';
  if (host?.sourcePath?.includes('\0')) return 'sourcePath';
  const efs = efsVolumeConfiguration as EfsDraft | undefined;
  if (!efs) return undefined;
  if (!efs.fileSystemId) return 'fileSystemId';
  const encrypted = efs.transitEncryption === 'ENABLED';
  const auth = efs.authorizationConfig;
  if ((auth?.accessPointId || auth?.iam === 'ENABLED') && !encrypted) return 'transitEncryption';
  if (auth?.accessPointId && efs.rootDirectory && efs.rootDirectory !== '/') return 'rootDirectory';
  const port = efs.transitEncryptionPort;
  return port !== undefined && (port < 0 || port > 65_535 || !encrypted) ? 'transitEncryptionPort' : undefined;
}
