// DeleteAttributes: takes custom attributes off container instances; when a value is given, only with that value.
import { containerInstances } from '#model/container-instance.ts';
import type { EcsContext } from './context.ts';
import { targetNotFound } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { findInstance, instanceArnOf } from './find-container-instance.ts';
import { required, requiredList } from './required.ts';
import type { Attribute, DeleteAttributesRequest, DeleteAttributesResponse, Shape } from './shapes.ts';
import { validAttribute } from './validate-attributes.ts';

const MAX_PER_CALL = 10;

export function deleteAttributes(input: Shape<DeleteAttributesRequest>, ctx: EcsContext): Shape<DeleteAttributesResponse> {
  const asked = requiredList('Attributes', input.attributes, MAX_PER_CALL);
  const attributes: Shape<Attribute>[] = [];
  ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, input.cluster);
    for (const attribute of asked) {
      const wanted = validAttribute(attribute);
      const targetId = instanceArnOf(ctx, cluster, required('Target id', attribute.targetId));
      const host = findInstance(tx, targetId);
      if (!host) throw targetNotFound('The specified target could not be found.');
      const found = host.attributes.find(({ name, value }) => name === wanted.name && (wanted.value === undefined || wanted.value === value));
      if (!found) continue;
      tx.put(containerInstances, { ...host, attributes: host.attributes.filter((a) => a !== found), version: host.version + 1 });
      attributes.push({ ...found, targetType: 'container-instance', targetId } as Shape<Attribute>);
    }
  });
  return { attributes };
}
