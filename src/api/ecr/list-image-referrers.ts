// ListImageReferrers: signatures, SBOMs and the like that name an image as their subject.
import { imageKey, images, type Image } from '#model/image.ts';
import type { EcrContext } from './context.ts';
import { findRepository } from './find-repository.ts';
import { pageByKey } from './paginate.ts';
import type { ImageReferrer, ListImageReferrersRequest, ListImageReferrersResponse, Shape } from './shapes.ts';
import { validCount, validEnum } from './validate.ts';

const PAGE = { standard: 20, max: 50 };

export function listImageReferrers(input: Shape<ListImageReferrersRequest>, ctx: EcrContext): Shape<ListImageReferrersResponse> {
  const repository = findRepository(ctx.store, ctx, input);
  const { artifactTypes = [], artifactStatus = 'ACTIVE' } = input.filter ?? {};
  validCount('filter.artifactTypes', artifactTypes, 0, 5);
  validEnum('filter.artifactStatus', artifactStatus, ['ACTIVATING', 'ACTIVE', 'ANY', 'ARCHIVED']);
  const subject = input.subjectId?.imageDigest ?? '';
  const all = artifactStatus === 'ACTIVE' || artifactStatus === 'ANY' ? [...ctx.store.by(images, 'subject', imageKey(repository.arn, subject))] : [];
  const wanted = all.filter(({ artifactType }) => artifactTypes.length === 0 || (artifactType !== undefined && artifactTypes.includes(artifactType)));
  const { items, ...token } = pageByKey(`ListImageReferrers/${repository.arn}/${subject}`, input, wanted, ({ digest }) => digest, PAGE);
  return { referrers: items.map(viewReferrer), ...token };
}

function viewReferrer({ digest, mediaType, artifactType, manifestSizeBytes, annotations }: Image): Shape<ImageReferrer> {
  return {
    digest,
    mediaType,
    ...(artifactType !== undefined && { artifactType }),
    size: manifestSizeBytes,
    ...(annotations !== undefined && { annotations }),
    artifactStatus: 'ACTIVE',
  };
}
