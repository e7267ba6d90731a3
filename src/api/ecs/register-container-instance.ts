// RegisterContainerInstance: a host joins a cluster, or comes back under the ARN it had. Every attribute it sends is
// kept and answered unchanged: Amazon's agent stops for good when one is not.
import { hexId } from '#base/ids.ts';
import { accessKeys } from '#model/account.ts';
import { clusters } from '#model/cluster.ts';
import { type ContainerInstance, containerInstances } from '#model/container-instance.ts';
import { joinedHosts, type JoinedHost } from '#model/joined-host.ts';
import type { Attribute } from '#model/task-definition.ts';
import type { Transaction } from '#store/store.ts';
import { containerInstanceArn } from './arns.ts';
import type { EcsContext } from './context.ts';
import { accessDenied, clientException, invalidParameter } from './errors.ts';
import { useCluster } from './find-cluster.ts';
import { parseResources } from './host-resources.ts';
import { parseIdentity } from './instance-identity.ts';
import { asInstance, callingInstance, registeredBefore } from './registered-instance.ts';
import type { RegisterContainerInstanceRequest, RegisterContainerInstanceResponse, Shape } from './shapes.ts';
import { validTags } from './validate-tags.ts';
import { viewContainerInstance } from './view-container-instance.ts';

type Input = Shape<RegisterContainerInstanceRequest>;

/** Attribute that makes a host one of the Fargate pool: it takes tasks of all clusters and is not shown. */
const POOL_ATTRIBUTE = 'longshore.pool';
/** Amazon's agent sends it on hosts outside AWS. */
const EXTERNAL_ATTRIBUTE = 'ecs.capability.external';
const ZONE_ATTRIBUTE = 'ecs.availability-zone';

export function registerContainerInstance(input: Input, ctx: EcsContext): Shape<RegisterContainerInstanceResponse> {
  const host = ctx.store.transact((tx) => {
    const named = input.containerInstanceArn ? knownHost(tx, ctx, input.containerInstanceArn) : undefined;
    const cluster = named ? { arn: named.clusterArn, name: '' } : useCluster(tx, ctx, input.cluster);
    const known = named ?? registeredBefore(tx, ctx) ?? earlierLife(tx, ctx) ?? sameMachine(tx, ctx, cluster.arn, input);
    if (known?.pool === 'fargate' || valueOf(sentAttributes(input), POOL_ATTRIBUTE) !== undefined) mayJoinPool(ctx);
    mayRegister(ctx, known, cluster.arn, valueOf(sentAttributes(input), POOL_ATTRIBUTE) === 'fargate' || known?.pool === 'fargate');
    const sent = known ? reregistered(known, input, ctx) : newHost(input, ctx, cluster);
    const machine = callingInstance(tx, ctx);
    const made = machine === undefined ? sent : asInstance(tx, sent, tx.get(clusters, cluster.arn), machine);
    tx.put(containerInstances, made);
    return made;
  });
  return { containerInstance: viewContainerInstance(ctx, host) };
}

/**
 * A host of the pool gets tasks of every account, so only a host's own key lets it in. A key that is not in the store was
 * let through by the relaxed development switch. Throws AccessDeniedException.
 */
function mayJoinPool(ctx: EcsContext): void {
  const key = ctx.store.get(accessKeys, ctx.call.caller.accessKeyId);
  if (key && key.kind !== 'agent') throw accessDenied(`User: ${ctx.call.caller.arn} is not authorized to add hosts to the Fargate pool`);
}

/**
 * A host that joined over the network registers where its token let it in, and as nobody but itself. Throws AccessDeniedException.
 */
function mayRegister(ctx: EcsContext, known: ContainerInstance | undefined, clusterArn: string, asPool: boolean): void {
  const { caller } = ctx.call;
  if (ctx.store.get(accessKeys, caller.accessKeyId)?.hostId === undefined) return;
  const host = joinedHostOf(ctx);
  if (known && known.registeredBy !== caller.arn) throw accessDenied(`User: ${caller.arn} is not authorized to register as ${known.arn}: another host registered it`);
  if (host?.pool === 'fargate' ? !asPool : asPool || host?.clusterArn !== clusterArn) {
    throw accessDenied(`User: ${caller.arn} is not authorized to register in ${asPool ? 'the Fargate pool' : clusterArn}: its join token was for ${host?.pool === 'fargate' ? 'the Fargate pool' : host?.clusterArn}`);
  }
}

function joinedHostOf(ctx: EcsContext): JoinedHost | undefined {
  const hostId = ctx.store.get(accessKeys, ctx.call.caller.accessKeyId)?.hostId;
  return hostId === undefined ? undefined : ctx.store.get(joinedHosts, hostId);
}

/** The host that registered under this ARN before. Throws ClientException when there is none any more. */
function knownHost(tx: Transaction, ctx: EcsContext, arn: string): ContainerInstance {
  const known = tx.get(containerInstances, arn);
  const own = known && known.account === ctx.account && known.region === ctx.region;
  if (!own || known.status === 'INACTIVE') throw clientException('The referenced container instance was not found.');
  return known;
}

/** The instance that this joined host registered before: it has lost its agent's state, or the answer was lost. */
function earlierLife(tx: Transaction, ctx: EcsContext): ContainerInstance | undefined {
  const { caller } = ctx.call;
  if (tx.get(accessKeys, caller.accessKeyId)?.hostId === undefined) return undefined;
  for (const host of tx.all(containerInstances)) if (host.registeredBy === caller.arn && host.status !== 'INACTIVE') return host;
  return undefined;
}

/**
 * An EC2 instance is one container instance: one that has lost its agent's state comes back as who it was, once its old agent is away.
 * Throws ClientException while that one is connected, and when the instance belongs to another cluster.
 */
function sameMachine(tx: Transaction, ctx: EcsContext, clusterArn: string, input: Input): ContainerInstance | undefined {
  const { instanceId } = parseIdentity(input.instanceIdentityDocument);
  if (instanceId === undefined) return undefined;
  for (const host of tx.all(containerInstances)) {
    if (host.ec2InstanceId !== instanceId || host.account !== ctx.account || host.region !== ctx.region || host.status === 'INACTIVE') continue;
    if (host.clusterArn !== clusterArn) throw clientException(`The EC2 instance ${instanceId} is registered in ${host.clusterArn}. Deregister it there first.`);
    if (host.agentConnected) throw clientException(`The EC2 instance ${instanceId} is registered as ${host.arn}, and its agent is connected.`);
    return host;
  }
  return undefined;
}

function newHost(input: Input, ctx: EcsContext, cluster: { arn: string; name: string }): ContainerInstance {
  const identity = parseIdentity(input.instanceIdentityDocument);
  const sent = sentAttributes(input);
  const pool = valueOf(sent, POOL_ATTRIBUTE) === 'fargate' ? 'fargate' : 'cluster';
  const zone = valueOf(sent, ZONE_ATTRIBUTE) ?? identity.availabilityZone ?? `${ctx.region}a`;
  const managedInstanceId = joinedHostOf(ctx)?.managedInstanceId;
  const external = managedInstanceId !== undefined || sent.some((attribute) => attribute.name === EXTERNAL_ATTRIBUTE);
  const ec2InstanceId = managedInstanceId ?? identity.instanceId;
  return {
    arn: containerInstanceArn(ctx, cluster.name, hexId(ctx.random, 32)),
    account: ctx.account,
    region: ctx.region,
    clusterArn: cluster.arn,
    pool,
    registeredBy: ctx.call.caller.arn,
    status: 'ACTIVE',
    launchType: pool === 'fargate' ? 'FARGATE' : external ? 'EXTERNAL' : 'EC2',
    ...(ec2InstanceId === undefined ? {} : { ec2InstanceId }),
    availabilityZone: zone,
    resources: parseResources(input),
    attributes: withAttributes([{ name: ZONE_ATTRIBUTE, value: zone }, ...identity.attributes], sent),
    agentConnected: false,
    versionInfo: versionInfo(input),
    registeredAt: ctx.now,
    version: 1,
    tags: validTags(input.tags),
  };
}

function reregistered(known: ContainerInstance, input: Input, ctx: EcsContext): ContainerInstance {
  const sent = sentAttributes(input);
  return {
    ...known,
    registeredBy: ctx.call.caller.arn,
    resources: parseResources(input),
    availabilityZone: valueOf(sent, ZONE_ATTRIBUTE) ?? known.availabilityZone,
    attributes: withAttributes(known.attributes.filter(({ name }) => name !== POOL_ATTRIBUTE && !isCapability(name)), sent),
    versionInfo: { ...known.versionInfo, ...versionInfo(input) },
    version: known.version + 1,
  };
}

/** Of an earlier life of the agent: what it can do now it says itself. */
function isCapability(name: string): boolean {
  return name.startsWith('ecs.capability.') || name.startsWith('com.amazonaws.ecs.capability.');
}

/** Throws InvalidParameterException for one without a name, or with two values. */
function sentAttributes(input: Input): Attribute[] {
  const byName = new Map<string, Attribute>();
  for (const { name, value } of input.attributes ?? []) {
    if (!name) throw invalidParameter('Attribute name should not be null or empty.');
    const other = byName.get(name);
    if (other && other.value !== value) throw invalidParameter(`Attribute ${name} is given with two values.`);
    byName.set(name, value === undefined ? { name } : { name, value });
  }
  return [...byName.values()];
}

/** `base` with those of `sent` in place of the same names. */
function withAttributes(base: readonly Attribute[], sent: readonly Attribute[]): Attribute[] {
  return [...new Map([...base, ...sent].map((attribute) => [attribute.name, attribute])).values()];
}

function valueOf(attributes: readonly Attribute[], name: string): string | undefined {
  return attributes.find((attribute) => attribute.name === name)?.value;
}

function versionInfo({ versionInfo: info }: Input): ContainerInstance['versionInfo'] {
  return {
    ...(info?.agentVersion === undefined ? {} : { agentVersion: info.agentVersion }),
    ...(info?.agentHash === undefined ? {} : { agentHash: info.agentHash }),
    ...(info?.dockerVersion === undefined ? {} : { dockerVersion: info.dockerVersion }),
  };
}
