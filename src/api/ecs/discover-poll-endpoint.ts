// DiscoverPollEndpoint: where an agent opens its websockets.
import type { EcsContext } from './context.ts';
import type { DiscoverPollEndpointRequest, DiscoverPollEndpointResponse, Shape } from './shapes.ts';

export function discoverPollEndpoint(
  _input: Shape<DiscoverPollEndpointRequest>,
  ctx: EcsContext,
): Shape<DiscoverPollEndpointResponse> {
  const { endpoint, telemetryEndpoint } = ctx.agentEndpoint(ctx.call);
  return { endpoint, telemetryEndpoint };
}
