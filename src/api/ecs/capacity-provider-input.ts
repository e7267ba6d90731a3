// What a request says of an Auto Scaling group provider, checked. Values that are not given keep what `known` has.
import type { AutoScalingGroup } from '#model/auto-scaling-group.ts';
import type { CapacityProvider, ManagedScaling } from '#model/capacity-provider.ts';
import { clientException, invalidParameter } from './errors.ts';
import type { AutoScalingGroupProvider, AutoScalingGroupProviderUpdate, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

type Settings = Pick<CapacityProvider, 'managedScaling' | 'managedTerminationProtection' | 'managedDraining'>;

const STEP_MAX = 10_000;
const SWITCH = ['ENABLED', 'DISABLED'] as const;
/** Without a managedScaling of its own a provider scales nothing; with an empty one it does. */
const NEW: Settings = {
  managedScaling: { status: 'DISABLED', targetCapacity: 100, minimumScalingStepSize: 1, maximumScalingStepSize: STEP_MAX, instanceWarmupSeconds: 300 },
  managedTerminationProtection: 'DISABLED',
  managedDraining: 'ENABLED',
};

/** Throws ClientException and InvalidParameterException. */
export function parseProviderSettings(input: Shape<AutoScalingGroupProvider> | Shape<AutoScalingGroupProviderUpdate>, group: AutoScalingGroup | undefined, known: Settings = NEW): Settings {
  const managedScaling = parseScaling(input.managedScaling, known.managedScaling, known === NEW);
  const managedTerminationProtection = optionalOneOf('managedTerminationProtection', input.managedTerminationProtection, SWITCH) ?? known.managedTerminationProtection;
  const managedDraining = optionalOneOf('managedDraining', input.managedDraining, SWITCH) ?? known.managedDraining;
  if (managedTerminationProtection === 'ENABLED') {
    const invalid = 'The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, ';
    if (managedScaling.status !== 'ENABLED') throw invalidParameter(`${invalid}managed scaling must be enabled.`);
    if (group?.newInstancesProtected !== true) throw clientException(`${invalid}the Auto Scaling group must have instance protection from scale in enabled.`);
  }
  return { managedScaling, managedTerminationProtection, managedDraining };
}

function parseScaling(input: Shape<AutoScalingGroupProvider>['managedScaling'], known: ManagedScaling, isNew: boolean): ManagedScaling {
  if (input === undefined) return known;
  const { targetCapacity = known.targetCapacity, minimumScalingStepSize: least = known.minimumScalingStepSize, maximumScalingStepSize: most = known.maximumScalingStepSize } = input;
  const warmup = input.instanceWarmupPeriod ?? known.instanceWarmupSeconds;
  if (targetCapacity < 1 || targetCapacity > 100) throw invalidParameter('The target capacity must be between 1 and 100.');
  for (const [name, value] of [['minimum', least], ['maximum', most]] as const) {
    if (value < 1 || value > STEP_MAX) throw invalidParameter(`The ${name} scaling step size must be between 1 and ${STEP_MAX}.`);
  }
  if (least > most) throw invalidParameter('The minimum scaling step size must be less than or equal to the maximum scaling step size.');
  if (warmup < 0 || warmup > STEP_MAX) throw invalidParameter(`The instance warmup period must be between 0 and ${STEP_MAX}.`);
  return {
    status: optionalOneOf('status', input.status, SWITCH) ?? (isNew ? 'ENABLED' : known.status),
    targetCapacity,
    minimumScalingStepSize: least,
    maximumScalingStepSize: most,
    instanceWarmupSeconds: warmup,
  };
}
