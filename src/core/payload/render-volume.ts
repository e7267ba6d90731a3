// Volumes of a payload.
import type { Volume } from '#model/task-definition.ts';
import type { PayloadVolume } from '#link/messages.ts';

/** A volume without any configuration is a directory of the task's own. */
export function renderVolume(volume: Volume): PayloadVolume {
  const { name, dockerVolumeConfiguration: docker } = volume;
  if (docker !== undefined) {
    return {
      name,
      type: 'docker',
      dockerVolumeConfiguration: {
        scope: docker.scope ?? 'task',
        autoprovision: docker.autoprovision ?? false,
        ...(docker.driver !== undefined && { driver: docker.driver }),
        ...(docker.driverOpts !== undefined && { driverOpts: docker.driverOpts }),
        ...(docker.labels !== undefined && { labels: docker.labels }),
      },
    };
  }
  if (volume.efsVolumeConfiguration !== undefined) return { name, type: 'efs', efsVolumeConfiguration: volume.efsVolumeConfiguration };
  if (volume.fsxWindowsFileServerVolumeConfiguration !== undefined) return { name, type: 'fsxWindowsFileServer' };
  if (volume.s3filesVolumeConfiguration !== undefined) return { name, type: 's3files' };
  return { name, type: 'host', host: { sourcePath: volume.host?.sourcePath ?? '' } };
}
