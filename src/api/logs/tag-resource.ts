// TagResource: of the resources that can have tags, Longshore has log groups.
import { logGroups } from '#model/log-group.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { LogsContext } from './context.ts';
import type { TagResourceRequest } from './shapes.ts';
import { taggedGroup, validTags, withTags } from './tags.ts';

export function tagResource(input: TagResourceRequest, ctx: LogsContext): object {
  const tags = validTags(input.tags);
  ctx.store.transact((tx) => {
    const group = taggedGroup(tx, ctx, input.resourceArn);
    const tooMany = (): AwsError => new AwsError('TooManyTagsException', 'A resource can have no more than 50 tags.', { details: { resourceName: group.arn } });
    tx.put(logGroups, withTags(group, tags, tooMany));
  });
  return {};
}
