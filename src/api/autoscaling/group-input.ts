// What CreateAutoScalingGroup and UpdateAutoScalingGroup say of a group, checked. Order of checks: launch template, zones and subnets,
// sizes, health check, policies. A value that is not given keeps what `base` has.
import { versionNumber } from '#core/instance/template.ts';
import { instanceType } from '#core/instance/instance-types.ts';
import { zonesOf } from '#core/network/zones.ts';
import type { AutoScalingGroup, TemplateRef } from '#model/auto-scaling-group.ts';
import { launchTemplates, launchTemplateVersions } from '#model/launch-template.ts';
import { subnets } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { unsupportedFeature, validationError } from './errors.ts';
import { scopeOf } from './find.ts';
import type { CreateAutoScalingGroupType, LaunchTemplateSpecification, Shape, UpdateAutoScalingGroupType } from './shapes.ts';

export type GroupInput = Omit<Shape<UpdateAutoScalingGroupType>, 'AvailabilityZoneIds'> & Pick<Shape<CreateAutoScalingGroupType>, 'TargetGroupARNs'>;
type Base = Omit<AutoScalingGroup, 'arn' | 'name' | 'createdAt' | 'account' | 'region' | 'status' | 'tags'>;

const POLICIES = new Set(['AllocationStrategy', 'ClosestToNextInstanceHour', 'Default', 'NewestInstance', 'OldestInstance', 'OldestLaunchConfiguration', 'OldestLaunchTemplate']);
const NEW: Base = {
  minSize: 0,
  maxSize: 0,
  desiredCapacity: 0,
  defaultCooldownSeconds: 300,
  launchTemplate: { id: '', name: '', version: '' },
  instanceTypes: [],
  availabilityZones: [],
  subnetIds: [],
  healthCheckType: 'EC2',
  healthCheckGraceSeconds: 0,
  terminationPolicies: ['Default'],
  newInstancesProtected: false,
  suspendedProcesses: [],
  targetGroupArns: [],
  capacityRebalance: false,
  serviceLinkedRoleArn: '',
};

export function parseGroup(reader: Reader, ctx: ApiContext, input: GroupInput, known?: AutoScalingGroup): Base {
  const base = known ?? NEW;
  // A template in place of a mixed instances policy takes the policy's place.
  const { mixedInstancesPolicy: _, onDemand: __, ...plain } = base;
  if (input.LaunchConfigurationName !== undefined) throw unsupportedFeature('launch configurations; use a launch template');
  const launch = parseLaunch(reader, ctx, input, base, known === undefined);
  const places = parsePlaces(reader, ctx, input, base);
  return {
    ...(input.LaunchTemplate === undefined ? base : plain),
    ...launch,
    ...places,
    ...parseSizes(input, base, known === undefined),
    defaultCooldownSeconds: input.DefaultCooldown ?? base.defaultCooldownSeconds,
    healthCheckType: parseHealthCheck(input.HealthCheckType) ?? base.healthCheckType,
    healthCheckGraceSeconds: input.HealthCheckGracePeriod ?? base.healthCheckGraceSeconds,
    terminationPolicies: parsePolicies(input.TerminationPolicies) ?? base.terminationPolicies,
    newInstancesProtected: input.NewInstancesProtectedFromScaleIn ?? base.newInstancesProtected,
    targetGroupArns: input.TargetGroupARNs ?? base.targetGroupArns,
    capacityRebalance: input.CapacityRebalance ?? base.capacityRebalance,
    serviceLinkedRoleArn: input.ServiceLinkedRoleARN ?? (base.serviceLinkedRoleArn || `arn:aws:iam::${ctx.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`),
    ...(input.DefaultInstanceWarmup !== undefined && input.DefaultInstanceWarmup >= 0 && { defaultWarmupSeconds: input.DefaultInstanceWarmup }),
    ...(input.MaxInstanceLifetime !== undefined && { maxLifetimeSeconds: input.MaxInstanceLifetime }),
  };
}

type Launch = Pick<Base, 'launchTemplate' | 'instanceTypes' | 'onDemand' | 'mixedInstancesPolicy'>;

function parseLaunch(reader: Reader, ctx: ApiContext, input: GroupInput, base: Base, isNew: boolean): Partial<Launch> {
  const mixed = input.MixedInstancesPolicy;
  if (input.LaunchTemplate === undefined && mixed === undefined) {
    if (!isNew) return {};
    throw validationError('Valid requests must contain either launchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.');
  }
  if (input.LaunchTemplate !== undefined && mixed !== undefined) {
    throw validationError('Valid requests must contain either launchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.');
  }
  if (mixed === undefined) return { launchTemplate: parseTemplate(reader, ctx, input.LaunchTemplate ?? {}), instanceTypes: [] };
  const specification = mixed.LaunchTemplate?.LaunchTemplateSpecification;
  if (specification === undefined && base.launchTemplate.id === '') throw validationError('LaunchTemplateSpecification of the MixedInstancesPolicy is required.');
  const types = (mixed.LaunchTemplate?.Overrides ?? []).map(({ InstanceType, InstanceRequirements }) => {
    if (InstanceRequirements !== undefined) throw unsupportedFeature('InstanceRequirements; name instance types');
    if (InstanceType === undefined || instanceType(InstanceType) === undefined) throw validationError(`Invalid instance type: ${InstanceType ?? 'null'}`);
    return InstanceType;
  });
  const shares = mixed.InstancesDistribution;
  return {
    launchTemplate: specification === undefined ? base.launchTemplate : parseTemplate(reader, ctx, specification),
    instanceTypes: types,
    mixedInstancesPolicy: JSON.parse(JSON.stringify(mixed)) as unknown,
    onDemand: { base: shares?.OnDemandBaseCapacity ?? 0, percentAbove: shares?.OnDemandPercentageAboveBaseCapacity ?? 100 },
  };
}

function parseTemplate(reader: Reader, ctx: ApiContext, { LaunchTemplateId: id, LaunchTemplateName: name, Version: version }: Shape<LaunchTemplateSpecification>): TemplateRef {
  if ((id === undefined) === (name === undefined)) throw validationError('Valid requests must contain either LaunchTemplateId or LaunchTemplateName');
  const [found] = id === undefined ? [...reader.by(launchTemplates, 'name', `${scopeOf(ctx)}/${name}`)] : [reader.get(launchTemplates, id)];
  const invalid = 'You must use a valid fully-formed launch template.';
  if (found === undefined || scopeOf(found) !== scopeOf(ctx)) {
    throw validationError(`${invalid} The specified launch template, with template ${id === undefined ? `name ${name}` : `ID ${id}`}, does not exist.`);
  }
  const number = versionNumber(found, version);
  const row = number === undefined ? undefined : reader.get(launchTemplateVersions, `${found.id}/${number}`);
  if (row === undefined) throw validationError(`${invalid} Could not find the specified version ${version ?? ''} for the launch template with ID ${found.id}.`);
  if (row.launch.imageId === undefined) throw validationError(`${invalid} The request must contain the parameter ImageId`);
  return { id: found.id, name: found.name, version: version ?? '$Default' };
}

function parsePlaces(reader: Reader, ctx: ApiContext, input: GroupInput, base: Base): Pick<Base, 'availabilityZones' | 'subnetIds'> {
  const ids = input.VPCZoneIdentifier === undefined ? undefined : input.VPCZoneIdentifier.split(',').map((id) => id.trim()).filter((id) => id !== '');
  const subnetIds = ids ?? (input.AvailabilityZones === undefined ? base.subnetIds : []);
  const found = subnetIds.map((id) => {
    const subnet = reader.get(subnets, id);
    if (subnet === undefined || scopeOf(subnet) !== scopeOf(ctx)) throw validationError(`The subnet ID '${id}' does not exist`);
    return subnet;
  });
  const known = zonesOf(ctx.region).map(({ name }) => name);
  for (const zone of input.AvailabilityZones ?? []) {
    if (!known.includes(zone)) throw validationError(`Invalid availability zone: ${zone}`);
    if (found.length > 0 && !found.some((subnet) => subnet.availabilityZone === zone)) throw validationError('The availability zones of the specified subnets and the Auto Scaling group do not match');
  }
  const zones = found.length > 0 ? [...new Set(found.map((subnet) => subnet.availabilityZone))] : (input.AvailabilityZones ?? base.availabilityZones);
  if (zones.length === 0) throw validationError('At least one Availability Zone or VPC Subnet is required.');
  return { availabilityZones: zones.toSorted(), subnetIds };
}

function parseSizes(input: GroupInput, base: Base, isNew: boolean): Pick<Base, 'minSize' | 'maxSize' | 'desiredCapacity'> {
  const minSize = input.MinSize ?? base.minSize;
  const maxSize = input.MaxSize ?? base.maxSize;
  if (minSize < 0 || maxSize < 0) throw validationError('The size of an Auto Scaling group must be zero or more.');
  if (maxSize < minSize) throw validationError(`Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`);
  const given = input.DesiredCapacity;
  if (given !== undefined && (given < minSize || given > maxSize)) {
    throw validationError(`Desired capacity:${given} must be between the specified min size:${minSize} and max size:${maxSize}`);
  }
  const kept = isNew ? minSize : Math.min(maxSize, Math.max(minSize, base.desiredCapacity));
  return { minSize, maxSize, desiredCapacity: given ?? kept };
}

function parseHealthCheck(type: string | undefined): string | undefined {
  for (const part of type?.split(',') ?? []) if (!['EC2', 'ELB', 'EBS', 'VPC_LATTICE'].includes(part)) throw validationError(`Invalid Health Check Type: ${part}`);
  return type;
}

function parsePolicies(policies: readonly string[] | undefined): readonly string[] | undefined {
  for (const policy of policies ?? []) if (!POLICIES.has(policy)) throw validationError(`Invalid termination policy: ${policy}`);
  return policies === undefined || policies.length === 0 ? undefined : policies;
}
