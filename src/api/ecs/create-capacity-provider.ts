// CreateCapacityProvider over an Auto Scaling group. Order of checks: name, kind, existence, group, settings, tags.
import { autoScalingGroups, lifecycleHooks, type AutoScalingGroup } from '#model/auto-scaling-group.ts';
import { capacityProviders, MANAGED_DRAINING_HOOK, type CapacityProvider } from '#model/capacity-provider.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import { parseProviderSettings } from './capacity-provider-input.ts';
import type { EcsContext } from './context.ts';
import { clientException, invalidParameter } from './errors.ts';
import { capacityProviderArn, findProvider } from './find-capacity-provider.ts';
import type { CreateCapacityProviderRequest, CreateCapacityProviderResponse, Shape } from './shapes.ts';
import { validTags } from './validate-tags.ts';
import { viewProvider } from './view-capacity-provider.ts';

const NAME = /^[a-zA-Z0-9_-]{1,255}$/;
const RESERVED = /^(aws|ecs|fargate)/i;
/** A hook's heartbeat: ECS keeps it up for as long as tasks are there, 48 hours at most. */
const DRAINING_SECONDS = 48 * 3600;

export function createCapacityProvider(input: Shape<CreateCapacityProviderRequest>, ctx: EcsContext): Shape<CreateCapacityProviderResponse> {
  const name = input.name ?? '';
  if (!NAME.test(name) || RESERVED.test(name)) {
    throw invalidParameter(
      'The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters (upper and lowercase), numbers, underscores, and hyphens. The name can\'t be prefixed with "aws", "ecs", or "fargate". Specify a valid name and try again.',
    );
  }
  if (input.managedInstancesProvider !== undefined) throw new AwsError('UnsupportedFeatureException', 'Managed Instances providers are not supported by Longshore yet.');
  const given = input.autoScalingGroupProvider;
  if (given === undefined) throw invalidParameter('The capacity provider must have an Auto Scaling group provider or a Managed Instances provider.');
  const tags = validTags(input.tags);
  return ctx.store.transact((tx) => {
    if (findProvider(tx, ctx, name) !== undefined) {
      throw clientException('The specified capacity provider already exists. To change the configuration of an existing capacity provider, update the capacity provider.');
    }
    const group = groupFor(tx, ctx, given.autoScalingGroupArn ?? '');
    const settings = parseProviderSettings(given, group);
    const provider: CapacityProvider = {
      arn: capacityProviderArn(ctx, name),
      name,
      account: ctx.account,
      region: ctx.region,
      status: 'ACTIVE',
      autoScalingGroupArn: group.arn,
      ...settings,
      tags,
      createdAt: ctx.now,
    };
    tx.put(capacityProviders, provider);
    keepDrainingHook(tx, provider);
    return { capacityProvider: viewProvider(provider, true) };
  });
}

/** Throws ClientException for a group that is not there, or that another provider has. */
function groupFor(reader: Reader, ctx: EcsContext, ref: string): AutoScalingGroup {
  const byName = [...reader.by(autoScalingGroups, 'name', `${ctx.account}/${ctx.region}/${ref}`)];
  const group = reader.get(autoScalingGroups, ref) ?? byName[0];
  if (group === undefined || group.account !== ctx.account || group.region !== ctx.region) {
    throw clientException('The specified Auto Scaling group does not exist. Specify a valid Auto Scaling group ARN and try again.');
  }
  if (group.status !== undefined) throw clientException('The specified Auto Scaling group is being deleted. Specify another Auto Scaling group ARN and try again.');
  if (reader.count(capacityProviders, 'group', group.arn) > 0) {
    throw clientException('The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.');
  }
  return group;
}

/** Managed draining is a lifecycle hook on the group, which the control plane completes. */
export function keepDrainingHook(tx: Transaction, provider: CapacityProvider): void {
  const key = `${provider.autoScalingGroupArn}/${MANAGED_DRAINING_HOOK}`;
  if (provider.managedDraining === 'DISABLED' || provider.status !== 'ACTIVE') return tx.delete(lifecycleHooks, key);
  tx.put(lifecycleHooks, {
    groupArn: provider.autoScalingGroupArn,
    name: MANAGED_DRAINING_HOOK,
    transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    heartbeatTimeoutSeconds: DRAINING_SECONDS,
    defaultResult: 'CONTINUE',
  });
}
