// PutAttributes: sets custom attributes of container instances, replacing those of the same names.
import { containerInstances } from '#model/container-instance.ts';
import type { Attribute as AttributeRow } from '#model/task-definition.ts';
import type { EcsContext } from './context.ts';
import { attributeLimitExceeded, targetNotFound } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { findInstance, instanceArnOf } from './find-container-instance.ts';
import { required, requiredList } from './required.ts';
import type { PutAttributesRequest, PutAttributesResponse, Shape } from './shapes.ts';
import { isBuiltIn, validAttribute } from './validate-attributes.ts';

const MAX_PER_CALL = 10;
const MAX_CUSTOM = 10;

export function putAttributes(input: Shape<PutAttributesRequest>, ctx: EcsContext): Shape<PutAttributesResponse> {
  const asked = requiredList('Attributes', input.attributes, MAX_PER_CALL);
  const attributes = ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, input.cluster);
    return asked.map((attribute) => {
      const wanted = validAttribute(attribute);
      const targetId = instanceArnOf(ctx, cluster, required('Target id', attribute.targetId));
      const host = findInstance(tx, targetId);
      if (!host) throw targetNotFound('The specified target could not be found.');
      const next = withAttribute(host.attributes, wanted);
      if (next.filter(({ name }) => !isBuiltIn(name)).length > MAX_CUSTOM) {
        throw attributeLimitExceeded(`You can apply up to ${MAX_CUSTOM} custom attributes for each resource.`);
      }
      tx.put(containerInstances, { ...host, attributes: next, version: host.version + 1 });
      return { ...wanted, targetType: 'container-instance' as const, targetId };
    });
  });
  return { attributes };
}

function withAttribute(attributes: readonly AttributeRow[], wanted: AttributeRow): AttributeRow[] {
  return [...new Map([...attributes, wanted].map((attribute) => [attribute.name, attribute])).values()];
}
