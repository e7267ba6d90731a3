// The images of a task definition with the digests their tags name now, as far as they are in the local registry.
import { resolveImage } from '#core/images/reference.ts';
import { arn } from '#model/arn.ts';
import { imageTagKey, imageTags } from '#model/image.ts';
import type { ServiceRevision } from '#model/service.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import type { Reader } from '#store/store.ts';
import type { EcsContext } from './context.ts';

/**
 * One entry for each container. A digest is left out when the image is in another registry, when its tag is not there yet, and
 * when the container asks for no version consistency.
 */
export function resolvedImages(reader: Reader, ctx: EcsContext, definition: TaskDefinition): ServiceRevision['containerImages'] {
  return definition.containerDefinitions.map(({ name, image = '', versionConsistency }) => {
    const imageDigest = versionConsistency === 'disabled' ? undefined : digestOf(reader, ctx, image);
    return { containerName: name, image, ...(imageDigest !== undefined && { imageDigest }) };
  });
}

function digestOf(reader: Reader, ctx: EcsContext, image: string): string | undefined {
  const { registry, account, region, repository, tag = 'latest', digest } = resolveImage(image, registryHost(ctx));
  if (digest !== undefined) return digest;
  if (registry !== 'local' || account === undefined || region === undefined || repository === undefined) return undefined;
  return reader.get(imageTags, imageTagKey(arn('ecr', region, account, `repository/${repository}`), tag))?.digest;
}

/** The registry is on the port that the API was called on; which loopback name a user wrote for it makes no difference. */
function registryHost(ctx: EcsContext): string {
  if (ctx.registryHost !== undefined) return ctx.registryHost;
  const { port, protocol } = new URL(ctx.call.baseUrl);
  return `localhost:${port || (protocol === 'https:' ? '443' : '80')}`;
}
