// ECR's modelled errors, in its words. Where a text is not documented it follows the form of those that are.
import type { Repository } from '#model/repository.ts';
import { AwsError } from '#wire/aws-error.ts';

/** Repository and registry, as most messages end. */
export interface Place {
  readonly name: string;
  readonly account: string;
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** `Invalid parameter at 'x' failed to satisfy constraint: '…'`. */
export function invalidAt(parameter: string, constraint: string): AwsError {
  return invalidParameter(`Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`);
}

export function repositoryNotFound({ name, account }: Place): AwsError {
  return new AwsError('RepositoryNotFoundException', `The repository with name '${name}' does not exist in the registry with id '${account}'`);
}

export function repositoryAlreadyExists({ name, account }: Place): AwsError {
  return new AwsError('RepositoryAlreadyExistsException', `The repository with name '${name}' already exists in the registry with id '${account}'`);
}

export function repositoryNotEmpty({ name, account }: Place): AwsError {
  return new AwsError(
    'RepositoryNotEmptyException',
    `The repository with name '${name}' in registry with id '${account}' cannot be deleted because it still contains images`,
  );
}

/** @param id as ECR prints it: `{imageDigest:'null', imageTag:'v1'}` */
export function imageNotFound(id: { readonly imageDigest?: string | undefined; readonly imageTag?: string | undefined }, { name, account }: Place): AwsError {
  const printed = `{imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'}`;
  return new AwsError(
    'ImageNotFoundException',
    `The image with imageId ${printed} does not exist within the repository with name '${name}' in the registry with id '${account}'`,
  );
}

export function imageAlreadyExists(digest: string, tag: string | undefined, { name, account }: Place): AwsError {
  const tagged = tag === undefined ? '' : ` and tag '${tag}'`;
  return new AwsError(
    'ImageAlreadyExistsException',
    `Image with digest '${digest}'${tagged} already exists in the repository with name '${name}' in registry with id '${account}'`,
  );
}

export function imageTagAlreadyExists(tag: string, { name }: Place): AwsError {
  return new AwsError(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
  );
}

export function imageDigestDoesNotMatch(): AwsError {
  return new AwsError('ImageDigestDoesNotMatchException', 'The specified image digest does not match the digest that Amazon ECR calculated for the image.');
}

export function requiredLayersNotFound(digests: readonly string[], place: Place): AwsError {
  return new AwsError('LayersNotFoundException', `Layers with digests '[${digests.join(', ')}]' ${requiredForPushing(place)}`);
}

export function referencedImagesNotFound(digests: readonly string[], place: Place): AwsError {
  return new AwsError('ReferencedImagesNotFoundException', `Images with digests '[${digests.join(', ')}]' ${requiredForPushing(place)}`);
}

export function layerNotFound(digest: string, { name, account }: Place): AwsError {
  return new AwsError(
    'LayersNotFoundException',
    `The layer with digest '${digest}' does not exist in the repository with name '${name}' in the registry with id '${account}'`,
  );
}

export function layerAlreadyExists(digest: string, { name, account }: Place): AwsError {
  return new AwsError(
    'LayerAlreadyExistsException',
    `Layer with digest '${digest}' already exists in the repository with name '${name}' in the registry with id '${account}'`,
  );
}

export function uploadNotFound(uploadId: string, { name, account }: Place): AwsError {
  return new AwsError(
    'UploadNotFoundException',
    `Upload with id '${uploadId}' does not exist in the repository with name '${name}' in the registry with id '${account}'`,
  );
}

/** @param sizeBytes what the upload has: the members say where to go on */
export function invalidLayerPart(uploadId: string, sizeBytes: number, { name, account }: Place): AwsError {
  return new AwsError('InvalidLayerPartException', `Layer part is not consecutive: the upload has ${sizeBytes} bytes`, {
    details: { registryId: account, repositoryName: name, uploadId, lastValidByteReceived: sizeBytes - 1 },
  });
}

export function lifecyclePolicyNotFound({ name, account }: Repository): AwsError {
  return new AwsError(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${account}'`,
  );
}

export function repositoryPolicyNotFound({ name, account }: Repository): AwsError {
  return new AwsError(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for the repository with name '${name}' in the registry with id '${account}'`,
  );
}

/** Another account's registry: nothing of it can be reached until repository policies are evaluated. */
export function accessDenied(callerArn: string, action: string, resourceArn: string): AwsError {
  return new AwsError(
    'AccessDeniedException',
    `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resourceArn} because no resource-based policy allows the ${action} action`,
  );
}

function requiredForPushing({ name, account }: Place): string {
  return `required for pushing image into repository with name '${name}' in the registry with id '${account}' do not exist`;
}
