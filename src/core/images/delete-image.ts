// What happens to a repository's rows when an image, a tag or the whole repository goes.
import type { Image } from '#model/image.ts';
import { blobLinks, imageKey, images, imageTagKey, imageTags } from '#model/image.ts';
import type { Repository } from '#model/repository.ts';
import { repositories } from '#model/repository.ts';
import { deleteRow, type ImageRows, type RowChange } from './rows.ts';

export type DeleteImageOutcome =
  | { readonly is: 'deleted'; readonly image: Image; readonly tags: readonly string[]; readonly changes: readonly RowChange[] }
  | { readonly is: 'notFound' }
  /** Manifest lists that still name it. */
  | { readonly is: 'referenced'; readonly by: readonly string[] };

/** Removes an image by digest, with all its tags. Refused while a manifest list names it. */
export function planDeleteImage(rows: ImageRows, repositoryArn: string, digest: string): DeleteImageOutcome {
  const key = imageKey(repositoryArn, digest);
  const image = rows.get(images, key);
  if (image === undefined) return { is: 'notFound' };
  const parents = [...rows.by(images, 'reference', key)].map((parent) => parent.digest);
  if (parents.length > 0) return { is: 'referenced', by: parents };
  const tags = [...rows.by(imageTags, 'image', key)];
  const changes = [...tags.map((tag) => deleteRow(imageTags, tag)), deleteRow(images, image)];
  return { is: 'deleted', image, tags: tags.map(({ tag }) => tag), changes };
}

/**
 * Removes a tag. With `lastTagDeletesImage` (ECR's BatchDeleteImage) the image goes with its last tag;
 * without (OCI's DELETE) it stays, untagged.
 */
export function planDeleteTag(rows: ImageRows, repositoryArn: string, tag: string, lastTagDeletesImage: boolean): DeleteImageOutcome {
  const row = rows.get(imageTags, imageTagKey(repositoryArn, tag));
  const image = row === undefined ? undefined : rows.get(images, imageKey(repositoryArn, row.digest));
  if (row === undefined || image === undefined) return { is: 'notFound' };
  const isLast = rows.count(imageTags, 'image', imageKey(repositoryArn, row.digest)) === 1;
  if (lastTagDeletesImage && isLast) {
    // An image that a list names stays, and so does its tag: ECR refuses this too.
    return planDeleteImage(rows, repositoryArn, row.digest);
  }
  return { is: 'deleted', image, tags: [tag], changes: [deleteRow(imageTags, row)] };
}

/** Removes a repository and every row in it. The blobs' files are the garbage collector's. */
export function planDeleteRepository(rows: ImageRows, repository: Repository): readonly RowChange[] {
  const { arn } = repository;
  return [
    ...[...rows.by(imageTags, 'repository', arn)].map((row) => deleteRow(imageTags, row)),
    ...[...rows.by(images, 'repository', arn)].map((row) => deleteRow(images, row)),
    ...[...rows.by(blobLinks, 'repository', arn)].map((row) => deleteRow(blobLinks, row)),
    deleteRow(repositories, repository),
  ];
}
