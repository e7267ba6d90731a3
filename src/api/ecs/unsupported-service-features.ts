// What a service can ask for in ECS and Longshore does not have yet. Refused, because tasks without it would not do what was asked.
import { unsupportedFeature } from './errors.ts';
import type { CreateServiceRequest, Shape } from './shapes.ts';

type Input = Pick<Shape<CreateServiceRequest>, 'volumeConfigurations' | 'vpcLatticeConfigurations' | 'gatewayConnectors'>;

/** Throws UnsupportedFeatureException. */
export function refuseUnsupported(input: Input): void {
  if (input.volumeConfigurations?.length) throw unsupportedFeature('Volumes configured at launch are not supported by Longshore yet.');
  if (input.vpcLatticeConfigurations?.length) throw unsupportedFeature('VPC Lattice is not supported by Longshore yet.');
  if (input.gatewayConnectors?.length) throw unsupportedFeature('Gateways are not supported by Longshore yet.');
}
