// DescribeServiceRevisions: up to 20 by ARN; those that do not exist are failures.
import { serviceRevisions } from '#model/service.ts';
import type { EcsContext } from './context.ts';
import { requiredList } from './required.ts';
import { findServiceChild } from './service-child.ts';
import type { DescribeServiceRevisionsRequest, DescribeServiceRevisionsResponse, Failure, ServiceRevision, Shape } from './shapes.ts';
import { viewServiceRevision } from './view-service-revision.ts';

const MAX_ARNS = 20;

export function describeServiceRevisions(input: Shape<DescribeServiceRevisionsRequest>, ctx: EcsContext): Shape<DescribeServiceRevisionsResponse> {
  const found: Shape<ServiceRevision>[] = [];
  const failures: Shape<Failure>[] = [];
  for (const arn of new Set(requiredList('serviceRevisionArns', input.serviceRevisionArns, MAX_ARNS))) {
    const row = findServiceChild(ctx.store, ctx, 'service-revision', serviceRevisions, arn);
    if (row) found.push(viewServiceRevision(row));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { serviceRevisions: found, failures };
}
