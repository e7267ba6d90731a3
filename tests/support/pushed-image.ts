// An image in the registry of a platform, and no longer in the host's own store: whoever runs it has to pull it.
import { execFileSync } from 'node:child_process';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { busyboxImage, docker, type ImageOptions } from './docker.ts';
import type { TestPlatform } from './platform.ts';

/** Pushes a busybox image to a new repository. Returns its name as task definitions say it. */
export async function pushedImage(platform: Pick<TestPlatform, 'sdk' | 'port'>, repositoryName: string, options: ImageOptions = {}): Promise<string> {
  const ecr = new ECRClient(platform.sdk);
  try {
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const [, password = ''] = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString().split(':');
    execFileSync('docker', ['login', '-u', 'AWS', '--password-stdin', `localhost:${platform.port}`], { input: password, stdio: ['pipe', 'ignore', 'ignore'] });
    const image = `${repository?.repositoryUri}:1`;
    docker('tag', busyboxImage(options), image);
    docker('push', image);
    docker('rmi', image);
    return image;
  } finally {
    ecr.destroy();
  }
}
