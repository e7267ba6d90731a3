// ListServicesByNamespace: the ACTIVE services of all clusters whose Service Connect configuration is in a namespace.
import { clusters } from '#model/cluster.ts';
import { type Service, services } from '#model/service.ts';
import { scopeKey } from './arns.ts';
import type { EcsContext } from './context.ts';
import { namespaceNotFound } from './errors.ts';
import { specInForce } from './find-service.ts';
import { nextToken, pageRequest } from './paginate.ts';
import { required } from './required.ts';
import type { ListServicesByNamespaceRequest, ListServicesByNamespaceResponse, Shape } from './shapes.ts';

const DEFAULT_PAGE = 10;

export function listServicesByNamespace(input: Shape<ListServicesByNamespaceRequest>, ctx: EcsContext): Shape<ListServicesByNamespaceResponse> {
  const namespace = required('namespace', input.namespace);
  const list = JSON.stringify(['services-by-namespace', ctx.account, ctx.region, namespace]);
  const { limit, after } = pageRequest(list, { ...input, maxResults: input.maxResults ?? DEFAULT_PAGE });
  const { known, arns } = servicesIn(ctx, namespace);
  // Cloud Map's own list of namespaces comes with Cloud Map: until then a namespace is there when something names it.
  if (!known) throw namespaceNotFound();
  const rest = arns.filter((arn) => after === undefined || arn > after);
  const found = rest.slice(0, limit);
  return { serviceArns: found, ...nextToken(list, rest.length > found.length ? found.at(-1) : undefined) };
}

function servicesIn(ctx: EcsContext, namespace: string): { known: boolean; arns: string[] } {
  const arns: string[] = [];
  let known = false;
  for (const cluster of ctx.store.by(clusters, 'scope', scopeKey(ctx))) {
    const byDefault = cluster.serviceConnectDefaults?.namespace;
    known ||= byDefault === namespace;
    for (const service of ctx.store.by(services, 'cluster', `${cluster.arn}|ACTIVE`)) {
      if (namespaceOf(ctx, service, byDefault) === namespace) arns.push(service.arn);
    }
  }
  return { known: known || arns.length > 0, arns: arns.sort() };
}

function namespaceOf(ctx: EcsContext, service: Service, byDefault: string | undefined): string | undefined {
  const connect = specInForce(ctx.store, service).serviceConnectConfiguration as { enabled?: boolean; namespace?: string } | undefined;
  return connect?.enabled ? (connect.namespace ?? byDefault) : undefined;
}
