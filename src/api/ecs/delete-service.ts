// DeleteService: the service is DRAINING from then on; the scheduler stops its tasks and makes it INACTIVE.
import { type Service, services } from '#model/service.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter, serviceNotFound } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { useService } from './find-service.ts';
import type { DeleteServiceRequest, DeleteServiceResponse, Shape } from './shapes.ts';
import { viewService } from './view-service.ts';

export function deleteService(input: Shape<DeleteServiceRequest>, ctx: EcsContext): Shape<DeleteServiceResponse> {
  return ctx.store.transact((tx) => {
    const cluster = useCluster(tx, ctx, input.cluster);
    const service = useService(tx, ctx, cluster, input.service);
    if (service.status === 'INACTIVE') throw serviceNotFound();
    if (service.status === 'DRAINING') return { service: viewService(tx, service, true) };
    // DAEMON services have no count to be scaled down to.
    if (!input.force && service.schedulingStrategy === 'REPLICA' && service.desiredCount > 0) {
      throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
    }
    const draining: Service = { ...service, status: 'DRAINING', desiredCount: 0, deletedAt: ctx.now };
    tx.put(services, draining);
    return { service: viewService(tx, draining, true) };
  });
}
