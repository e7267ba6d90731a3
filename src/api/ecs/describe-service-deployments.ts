// DescribeServiceDeployments: up to 20 by ARN; those that do not exist are failures.
import { serviceDeployments } from '#model/service.ts';
import type { EcsContext } from './context.ts';
import { requiredList } from './required.ts';
import { findServiceChild } from './service-child.ts';
import type { DescribeServiceDeploymentsRequest, DescribeServiceDeploymentsResponse, Failure, ServiceDeployment, Shape } from './shapes.ts';
import { viewServiceDeployment } from './view-service-deployment.ts';

const MAX_ARNS = 20;

export function describeServiceDeployments(input: Shape<DescribeServiceDeploymentsRequest>, ctx: EcsContext): Shape<DescribeServiceDeploymentsResponse> {
  const found: Shape<ServiceDeployment>[] = [];
  const failures: Shape<Failure>[] = [];
  for (const arn of new Set(requiredList('serviceDeploymentArns', input.serviceDeploymentArns, MAX_ARNS))) {
    const row = findServiceChild(ctx.store, ctx, 'service-deployment', serviceDeployments, arn);
    if (row) found.push(viewServiceDeployment(ctx.store, row));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { serviceDeployments: found, failures };
}
