// CreateService: the service, its first revision and the deployment to it, in one transaction.
//
// Order of checks: name, enumerations, launch type against strategy, client token, cluster, an existing service of the name, the
// members one by one (parse-service-input.ts), the service as a whole (settle-service.ts).
import { type DeploymentConfigurationInput, deploymentConfiguration } from '#core/service-definition/deployment-configuration.ts';
import { effectiveLaunchType, mergeUpdate, type ServiceUpdate } from '#core/service-definition/merge-update.ts';
import { rebalancingObstacle } from '#core/service-definition/rebalancing.ts';
import { sameValue } from '#core/service-definition/starts-deployment.ts';
import type { Cluster } from '#model/cluster.ts';
import { serviceDeployments, serviceEvents, serviceRevisions, serviceSchedulers, type Service, services, taskSets } from '#model/service.ts';
import type { LaunchType } from '#model/task.ts';
import type { Transaction } from '#store/store.ts';
import { serviceArn } from './arns.ts';
import { recall, remember, tokenUse } from './client-token.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter, noDesiredCount } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { startDeployment } from './new-deployment.ts';
import { newTaskSet } from './new-task-set.ts';
import { parseServiceInput } from './parse-service-input.ts';
import { serviceRole } from './service-role.ts';
import { settledService, settledSpec, type SettledSpec } from './settle-service.ts';
import type { CreateServiceRequest, CreateServiceResponse, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';
import { askedController, checkNewService } from './validate-service-controller.ts';
import { validServiceName } from './validate-service-name.ts';
import { validTags } from './validate-tags.ts';
import { viewService } from './view-service.ts';

/** Characters of a client token. */
const MAX_TOKEN = 36;

type Input = Shape<CreateServiceRequest>;

export function createService(input: Input, ctx: EcsContext): Shape<CreateServiceResponse> {
  return ctx.store.transact((tx) => ({ service: viewService(tx, create(tx, ctx, input), true) }));
}

function create(tx: Transaction, ctx: EcsContext, input: Input): Service {
  const name = validServiceName(input.serviceName);
  const kind = serviceKind(input);
  const cluster = useCluster(tx, ctx, input.cluster);
  const use = tokenUse(ctx, cluster.arn, input, MAX_TOKEN);
  const known = recall(tx, use)?.resourceArns.map((arn) => tx.get(services, arn))[0];
  if (known) return known;
  const draft = newService(tx, ctx, input, cluster, name, kind);
  const existing = tx.get(services, draft.arn);
  if (existing && existing.status !== 'INACTIVE') return sameAsExisting(draft, existing);
  if (existing) forget(tx, existing.arn);
  const made = firstRevision(tx, ctx, draft);
  tx.put(services, made);
  remember(tx, use, [made.arn], ctx.now);
  return made;
}

interface Kind {
  readonly schedulingStrategy: Service['schedulingStrategy'];
  readonly deploymentController: Service['deploymentController'];
  readonly launchType: LaunchType | undefined;
}

function serviceKind(input: Input): Kind {
  const launchType = optionalOneOf('launchType', input.launchType, ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']);
  const schedulingStrategy = optionalOneOf('schedulingStrategy', input.schedulingStrategy, ['REPLICA', 'DAEMON']) ?? 'REPLICA';
  const deploymentController = askedController(input);
  checkNewService(input, deploymentController);
  if (launchType && input.capacityProviderStrategy?.length) {
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.');
  }
  return { schedulingStrategy, deploymentController, launchType };
}

/** The service as the request describes it, checked; without revision or deployment. */
function newService(tx: Transaction, ctx: EcsContext, input: Input, cluster: Cluster, name: string, kind: Kind): Service {
  const { launchType, ...rest } = kind;
  const update = parseServiceInput(tx, ctx, cluster, kind.deploymentController === 'EXTERNAL' ? input : { ...input, taskDefinition: input.taskDefinition ?? '' });
  checkDesiredCount(input, kind);
  const strategy = update.capacityProviderStrategy?.length ? update.capacityProviderStrategy : launchType ? [] : cluster.defaultCapacityProviderStrategy;
  const spec = {
    taskDefinitionArn: '',
    ...(strategy.length === 0 && { launchType: launchType ?? 'EC2' }),
    capacityProviderStrategy: strategy,
    loadBalancers: [],
    serviceRegistries: [],
  };
  const blank: Service = {
    arn: serviceArn(ctx, cluster.name, name),
    account: ctx.account,
    region: ctx.region,
    clusterArn: cluster.arn,
    name,
    status: 'ACTIVE',
    ...rest,
    desiredCount: 0,
    spec,
    deploymentConfiguration: deploymentConfiguration(update.deploymentConfiguration as DeploymentConfigurationInput | undefined, rest),
    placementConstraints: [],
    placementStrategy: [],
    availabilityZoneRebalancing: 'DISABLED',
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    createdBy: ctx.call.caller.arn,
    createdAt: ctx.now,
    tags: validTags(input.tags),
  };
  const { capacityProviderStrategy: _settled, deploymentConfiguration: _normalised, ...members } = update;
  return settled(tx, ctx, input, mergeUpdate(blank, spec, createDefaults(members, blank)));
}

/** REPLICA has to say how many, DAEMON must not (CreateServiceRequest.desiredCount). */
function checkDesiredCount({ desiredCount }: Input, { schedulingStrategy }: Kind): void {
  if (schedulingStrategy === 'DAEMON' && desiredCount !== undefined) throw noDesiredCount();
  if (schedulingStrategy === 'REPLICA' && desiredCount === undefined) throw invalidParameter('Desired count is required for services with the REPLICA scheduling strategy.');
}

/** What CreateService assumes when it is not told: the latest platform version on Fargate, no grace period behind a load balancer. */
function createDefaults(update: ServiceUpdate, blank: Service): ServiceUpdate {
  return {
    ...update,
    platformVersion: update.platformVersion ?? (effectiveLaunchType(blank.spec) === 'FARGATE' ? 'LATEST' : undefined),
    healthCheckGracePeriodSeconds: update.healthCheckGracePeriodSeconds ?? (update.loadBalancers?.length ? 0 : undefined),
  };
}

function settled(tx: Transaction, ctx: EcsContext, input: Input, draft: Service): Service {
  const external = draft.deploymentController === 'EXTERNAL';
  const { spec, definition } = external ? { spec: draft.spec, definition: undefined } : settle(tx, ctx, draft);
  const role = serviceRole(ctx, input.role, spec);
  const made = settledService({ ...draft, spec, ...(role !== undefined && { roleArn: role }) }, definition);
  // Rebalancing is on unless the request says otherwise, as far as the service can be rebalanced (SD10).
  const byDefault = input.availabilityZoneRebalancing === undefined && rebalancingObstacle(made) === undefined;
  return byDefault ? { ...made, availabilityZoneRebalancing: 'ENABLED' } : made;
}

/** The members that make two requests one and the same; what ECS sets and what only time changes is left out. */
function sameAsExisting(draft: Service, existing: Service): Service {
  if (existing.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
  const asked = ({ createdAt: _a, createdBy: _b, targetRevisionArn: _c, currentDeploymentArn: _d, desiredCount, ...members }: Service): object => ({
    ...members,
    // The desired count of a DAEMON service is the scheduler's.
    desiredCount: members.schedulingStrategy === 'DAEMON' ? 0 : desiredCount,
  });
  if (!sameValue(asked(draft), asked(existing))) throw invalidParameter('Creation of service was not idempotent.');
  return existing;
}

/** Takes away what is left of an INACTIVE service, whose name and ARN a new one takes over. */
function forget(tx: Transaction, arn: string): void {
  for (const table of [serviceRevisions, serviceDeployments, serviceEvents, taskSets]) {
    for (const row of tx.by<any>(table, 'service', arn)) tx.delete<any>(table, table.key(row as never));
  }
  tx.delete(serviceSchedulers, arn);
  tx.delete(services, arn);
}

function firstRevision(tx: Transaction, ctx: EcsContext, service: Service): Service {
  if (service.deploymentController === 'EXTERNAL') return service;
  if (service.deploymentController === 'CODE_DEPLOY') {
    // CodeDeploy makes the further ones; the first is ECS's own.
    tx.put(taskSets, newTaskSet(ctx, service, service.spec, { status: 'PRIMARY', scale: { value: 100, unit: 'PERCENT' }, tags: [] }));
    return service;
  }
  return startDeployment(tx, ctx, service, settle(tx, ctx, service).definition);
}

function settle(tx: Transaction, ctx: EcsContext, service: Service): SettledSpec {
  return settledSpec(tx, ctx, service.spec, service.platformVersion, service.deploymentConfiguration.strategy);
}
