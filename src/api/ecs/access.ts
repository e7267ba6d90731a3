// What IAM is asked about ECS operations: the ARNs that an input names, and ECS's own condition keys.
// Operations that are not here ask about `*`, as AWS's service authorization reference has it.
import type { OperationAccess } from '#wire/service.ts';
import type { EcsContext } from './context.ts';
import { arn } from '#model/arn.ts';
import { taskDefinitionFamilies, taskDefinitions } from '#model/task-definition.ts';
import { clusterArn, containerInstanceArn, familyKey, serviceArn, type Scope } from './arns.ts';
import type { EcsOperationName } from './shapes.ts';

type Ask = OperationAccess<EcsContext>;
type Input = any;

const TASKS = 'ecs-tasks.amazonaws.com';

/** The last part of a reference: `default` of a cluster's name or ARN. */
function nameOf(ref: unknown, byDefault = ''): string {
  const text = typeof ref === 'string' && ref !== '' ? ref : byDefault;
  return text.slice(text.lastIndexOf('/') + 1);
}

function isArn(ref: unknown): ref is string {
  return typeof ref === 'string' && ref.startsWith('arn:');
}

function clusterOf(ref: unknown, scope: Scope): string {
  return isArn(ref) ? ref : clusterArn(scope, nameOf(ref, 'default'));
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? [value] : [];
}

/** A family without a revision is its newest: what will be run is what is asked about. */
function definitionOf(ref: unknown, ctx: EcsContext): string {
  const text = typeof ref === 'string' ? ref : '';
  const name = isArn(text) ? nameOf(text) : text;
  if (name.includes(':')) return isArn(text) ? text : arn('ecs', ctx.region, ctx.account, `task-definition/${name}`);
  const newest = ctx.store.get(taskDefinitionFamilies, familyKey(ctx, name))?.latestActiveArn;
  return newest ?? familyOf(name, ctx);
}

function familyOf(name: string, scope: Scope): string {
  return arn('ecs', scope.region, scope.account, `task-definition/${name}:*`);
}

const inCluster: Ask['conditions'] = (input: Input, ctx) => ({ 'ecs:cluster': clusterOf(input.cluster, ctx) });
const onCluster: Ask = { resources: (input: Input, ctx) => [clusterOf(input.cluster, ctx)] };
const onResource: Ask = { resources: (input: Input) => list(input.resourceArn) };

/** Operations on capacity providers, by name or ARN. */
function onProvider(member: string): Ask {
  return { resources: (input: Input, ctx) => list(input[member]).map((ref) => (isArn(ref) ? ref : arn('ecs', ctx.region, ctx.account, `capacity-provider/${ref}`))) };
}

/** Operations on tasks, services or instances that `member` names. */
function onMembers(member: string, make: (ref: string, input: Input, ctx: EcsContext) => string): Ask {
  return { resources: (input: Input, ctx) => list(input[member]).map((ref) => (isArn(ref) ? ref : make(ref, input, ctx))), conditions: inCluster };
}

const taskArn = (ref: string, input: Input, ctx: EcsContext): string => arn('ecs', ctx.region, ctx.account, `task/${nameOf(input.cluster, 'default')}/${nameOf(ref)}`);
const serviceOf = (ref: string, input: Input, ctx: EcsContext): string => serviceArn(ctx, nameOf(input.cluster, 'default'), nameOf(ref));
const instanceOf = (ref: string, input: Input, ctx: EcsContext): string => containerInstanceArn(ctx, nameOf(input.cluster, 'default'), nameOf(ref));

/** Roles of a definition, or those that overrides put in their place. */
function roles(holder: { taskRoleArn?: unknown; executionRoleArn?: unknown } | undefined, ctx: EcsContext): { to: string; roles: string[] } {
  const given = [holder?.taskRoleArn, holder?.executionRoleArn].filter((role): role is string => typeof role === 'string' && role !== '');
  return { to: TASKS, roles: [...new Set(given.map((role) => (isArn(role) ? role : `arn:aws:iam::${ctx.account}:role/${role}`)))] };
}

/** As in AWS, who runs a task must be allowed to pass the roles of its definition, not only who registered it. */
function rolesOfDefinition(ref: unknown, ctx: EcsContext): { taskRoleArn?: string; executionRoleArn?: string } {
  const definition = ctx.store.get(taskDefinitions, definitionOf(ref, ctx));
  return { ...(definition?.taskRoleArn !== undefined && { taskRoleArn: definition.taskRoleArn }), ...(definition?.executionRoleArn !== undefined && { executionRoleArn: definition.executionRoleArn }) };
}

function given(overrides: { taskRoleArn?: unknown; executionRoleArn?: unknown } | undefined): object {
  return Object.fromEntries(Object.entries({ taskRoleArn: overrides?.taskRoleArn, executionRoleArn: overrides?.executionRoleArn }).filter(([, role]) => typeof role === 'string' && role !== ''));
}

/** Roles that a service's definition hands to ECS itself: for load balancers, hooks and volumes. */
function serviceRoles(input: Input): { to: string; roles: string[] } {
  const hooks: Input[] = items(input.deploymentConfiguration?.lifecycleHooks);
  const balancers: Input[] = items(input.loadBalancers);
  const volumes: Input[] = items(input.volumeConfigurations);
  const named: unknown[] = [...hooks.map((hook) => hook?.roleArn), ...balancers.map((balancer) => balancer?.advancedConfiguration?.roleArn), ...volumes.map((volume) => volume?.managedEBSVolume?.roleArn), input.role];
  return { to: 'ecs.amazonaws.com', roles: [...new Set(named.filter(isArn))] };
}

function items(value: unknown): Input[] {
  return Array.isArray(value) ? value : [];
}

const launches: Ask = {
  resources: (input: Input, ctx) => [definitionOf(input.taskDefinition, ctx)],
  conditions: (input: Input, ctx) => ({
    'ecs:cluster': clusterOf(input.cluster, ctx),
    'ecs:enable-execute-command': String(input.enableExecuteCommand ?? false),
    'ecs:container-instances': input.containerInstances === undefined ? undefined : list(input.containerInstances).map((ref) => (isArn(ref) ? ref : instanceOf(ref, input, ctx))),
  }),
  passes: (input: Input, ctx) => roles({ ...rolesOfDefinition(input.taskDefinition, ctx), ...given(input.overrides) }, ctx),
};

const changesService = (member: string): Ask => ({
  ...onMembers(member, serviceOf),
  passes: serviceRoles,
  conditions: (input: Input, ctx) => ({
    'ecs:cluster': clusterOf(input.cluster, ctx),
    'ecs:service': serviceOf(String(input[member] ?? ''), input, ctx),
    'ecs:task-definition': input.taskDefinition === undefined ? undefined : definitionOf(input.taskDefinition, ctx),
    'ecs:enable-execute-command': input.enableExecuteCommand === undefined ? undefined : String(input.enableExecuteCommand),
  }),
});

/** A child of a service by its ARN. */
const onArns = (member: string): Ask => ({ resources: (input: Input) => list(input[member]) });
const taskSetOf = (ref: string, input: Input, ctx: EcsContext): string => arn('ecs', ctx.region, ctx.account, `task-set/${nameOf(input.cluster, 'default')}/${nameOf(input.service)}/${nameOf(ref)}`);
const onTaskSets = (member: string): Ask => ({
  resources: (input: Input, ctx) => list(input[member]).map((ref) => (isArn(ref) ? ref : taskSetOf(ref, input, ctx))),
  conditions: (input: Input, ctx) => ({ 'ecs:cluster': clusterOf(input.cluster, ctx), 'ecs:service': serviceOf(String(input.service ?? ''), input, ctx) }),
});

/** What AWS's service authorization reference ties to no resource. */
export const ON_ALL: readonly EcsOperationName[] = [
  'CreateCluster', 'DeleteAccountSetting', 'DeregisterTaskDefinition', 'DescribeTaskDefinition', 'DiscoverPollEndpoint', 'ListAccountSettings', 'ListClusters', 'ListServicesByNamespace',
  'ListTaskDefinitionFamilies', 'ListTaskDefinitions', 'PutAccountSetting', 'PutAccountSettingDefault',
];

export const ACCESS: Partial<Record<EcsOperationName, Ask>> = {
  ContinueServiceDeployment: onArns('serviceDeploymentArn'),
  CreateTaskSet: { ...changesService('service'), passes: serviceRoles },
  DeleteTaskSet: onTaskSets('taskSet'),
  DescribeServiceDeployments: onArns('serviceDeploymentArns'),
  DescribeServiceRevisions: onArns('serviceRevisionArns'),
  DescribeTaskSets: onTaskSets('taskSets'),
  ListServiceDeployments: onMembers('service', serviceOf),
  StopServiceDeployment: onArns('serviceDeploymentArn'),
  UpdateServicePrimaryTaskSet: onMembers('service', serviceOf),
  UpdateTaskSet: onTaskSets('taskSet'),
  CreateCapacityProvider: onProvider('name'),
  CreateService: changesService('serviceName'),
  DeleteCapacityProvider: onProvider('capacityProvider'),
  DescribeCapacityProviders: onProvider('capacityProviders'),
  UpdateCapacityProvider: onProvider('name'),
  DeleteAttributes: { resources: (input: Input, ctx) => attributeTargets(input, ctx), conditions: inCluster },
  DeleteCluster: onCluster,
  DeleteService: changesService('service'),
  DeleteTaskDefinitions: { resources: (input: Input, ctx) => list(input.taskDefinitions).map((ref) => definitionOf(ref, ctx)) },
  DeregisterContainerInstance: onCluster,
  DescribeClusters: { resources: (input: Input, ctx) => (list(input.clusters).length === 0 ? ['default'] : list(input.clusters)).map((ref) => clusterOf(ref, ctx)) },
  DescribeContainerInstances: onMembers('containerInstances', instanceOf),
  DescribeServices: onMembers('services', serviceOf),
  DescribeTasks: onMembers('tasks', taskArn),
  ExecuteCommand: { resources: (input: Input, ctx) => [clusterOf(input.cluster, ctx), ...list(input.task).map((ref) => (isArn(ref) ? ref : taskArn(ref, input, ctx)))], conditions: (input: Input, ctx) => ({ 'ecs:cluster': clusterOf(input.cluster, ctx), 'ecs:container-name': typeof input.container === 'string' ? input.container : undefined }) },
  GetTaskProtection: onMembers('tasks', taskArn),
  ListAttributes: onCluster,
  ListContainerInstances: onCluster,
  ListServices: { conditions: inCluster },
  ListTagsForResource: onResource,
  ListTasks: onMembers('containerInstance', instanceOf),
  PutAttributes: { resources: (input: Input, ctx) => attributeTargets(input, ctx), conditions: inCluster },
  PutClusterCapacityProviders: onCluster,
  RegisterContainerInstance: onCluster,
  RegisterTaskDefinition: { resources: (input: Input, ctx) => [familyOf(nameOf(input.family), ctx)], passes: (input: Input, ctx) => roles(input, ctx) },
  RunTask: launches,
  StartTask: launches,
  StopTask: onMembers('task', taskArn),
  SubmitAttachmentStateChanges: onCluster,
  SubmitContainerStateChange: onCluster,
  SubmitTaskStateChange: onCluster,
  TagResource: onResource,
  UntagResource: onResource,
  UpdateCluster: onCluster,
  UpdateClusterSettings: onCluster,
  UpdateContainerAgent: onMembers('containerInstance', instanceOf),
  UpdateContainerInstancesState: onMembers('containerInstances', instanceOf),
  UpdateService: changesService('service'),
  UpdateTaskProtection: onMembers('tasks', taskArn),
};

function attributeTargets(input: Input, ctx: EcsContext): string[] {
  const attributes: readonly { targetId?: unknown }[] = Array.isArray(input.attributes) ? input.attributes : [];
  return [...new Set(attributes.map(({ targetId }) => (isArn(targetId) ? targetId : instanceOf(String(targetId ?? ''), input, ctx))))];
}
