// UpdateContainerAgent: Longshore's agent is part of Longshore, so there is never a newer one to fetch.
import type { EcsContext } from './context.ts';
import { noUpdateAvailable } from './errors.ts';
import { readCluster } from './find-cluster.ts';
import { useInstance } from './find-container-instance.ts';
import type { Shape, UpdateContainerAgentRequest, UpdateContainerAgentResponse } from './shapes.ts';

export function updateContainerAgent(input: Shape<UpdateContainerAgentRequest>, ctx: EcsContext): Shape<UpdateContainerAgentResponse> {
  const cluster = readCluster(ctx, input.cluster);
  useInstance(ctx.store, ctx, cluster, input.containerInstance);
  throw noUpdateAvailable();
}
