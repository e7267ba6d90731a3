// DescribeServices: up to ten services of one cluster by name or ARN, INACTIVE ones too; those that do not exist are failures.
import { services } from '#model/service.ts';
import { serviceArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { readCluster } from './find-cluster.ts';
import { requiredList } from './required.ts';
import { serviceNameOf } from './service-name.ts';
import type { DescribeServicesRequest, DescribeServicesResponse, Failure, Service, Shape } from './shapes.ts';
import { oneOf } from './validate-enum.ts';
import { viewService } from './view-service.ts';

const MAX_SERVICES = 10;

export function describeServices(input: Shape<DescribeServicesRequest>, ctx: EcsContext): Shape<DescribeServicesResponse> {
  const refs = requiredList('Services', input.services, MAX_SERVICES);
  const withTags = (input.include ?? []).map((field) => oneOf('include', field, ['TAGS'])).includes('TAGS');
  const cluster = readCluster(ctx, input.cluster);
  const found: Shape<Service>[] = [];
  const failures: Shape<Failure>[] = [];
  for (const name of new Set(refs.map((ref) => serviceNameOf(ctx, cluster, ref)))) {
    const arn = serviceArn(ctx, cluster.name, name);
    const row = ctx.store.get(services, arn);
    if (row) found.push(viewService(ctx.store, row, withTags));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { services: found, failures };
}
