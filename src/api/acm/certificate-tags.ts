// AddTagsToCertificate, RemoveTagsFromCertificate and ListTagsForCertificate.
import { certificates } from '#model/load-balancer.ts';
import type { ApiContext } from '../context.ts';
import { getOwnCertificate } from './find-certificate.ts';
import type { Tag } from './shapes.ts';
import { addTags, removeTags, viewTags } from './tags.ts';

interface Input {
  readonly CertificateArn?: string;
  readonly Tags?: readonly Tag[];
}

export function addTagsToCertificate(input: Input, ctx: ApiContext): object {
  return ctx.store.transact((tx) => {
    const row = getOwnCertificate(tx, ctx, input.CertificateArn);
    tx.put(certificates, { ...row, tags: addTags(row.tags, input.Tags) });
    return {};
  });
}

export function removeTagsFromCertificate(input: Input, ctx: ApiContext): object {
  return ctx.store.transact((tx) => {
    const row = getOwnCertificate(tx, ctx, input.CertificateArn);
    tx.put(certificates, { ...row, tags: removeTags(row.tags, input.Tags) });
    return {};
  });
}

export function listTagsForCertificate(input: Input, ctx: ApiContext): { Tags: Tag[] } {
  return { Tags: viewTags(getOwnCertificate(ctx.store, ctx, input.CertificateArn).tags) };
}
