// DescribeTaskDefinition: one revision, ACTIVE or not, by family, family:revision or ARN.
import type { EcsContext } from './context.ts';
import { clientException } from './errors.ts';
import { findTaskDefinition } from './find-task-definition.ts';
import type { DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse, Shape } from './shapes.ts';
import { oneOf } from './validate-enum.ts';
import { viewTaskDefinition } from './view-task-definition.ts';

export function describeTaskDefinition(
  input: Shape<DescribeTaskDefinitionRequest>,
  ctx: EcsContext,
): Shape<DescribeTaskDefinitionResponse> {
  const include = (input.include ?? []).map((field) => oneOf('include', field, ['TAGS']));
  const found = findTaskDefinition(ctx.store, ctx, input.taskDefinition ?? '');
  if (!found) throw clientException('Unable to describe task definition.');
  return { taskDefinition: viewTaskDefinition(found), ...(include.includes('TAGS') ? { tags: found.tags } : {}) };
}
