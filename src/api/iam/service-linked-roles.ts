// Roles that belong to a service: their name, trust and policy are the service's, the account may only make and unmake them.
import { clusters } from '#model/cluster.ts';
import { identities, identityKey } from '#model/identity.ts';
import type { IamContext } from './context.ts';
import { invalidInput, noSuchEntity } from './errors.ts';
import { findRole } from './find.ts';
import { newRole } from './roles.ts';
import type * as sdk from './shapes.ts';
import { viewRole } from './view.ts';

interface LinkedRole {
  readonly name: string;
  readonly policy: string;
}

const POLICY_PATH = 'arn:aws:iam::aws:policy/aws-service-role';

const LINKED: Readonly<Record<string, LinkedRole>> = {
  'ecs.amazonaws.com': { name: 'AWSServiceRoleForECS', policy: `${POLICY_PATH}/AmazonECSServiceRolePolicy` },
  'elasticloadbalancing.amazonaws.com': { name: 'AWSServiceRoleForElasticLoadBalancing', policy: `${POLICY_PATH}/AWSElasticLoadBalancingServiceRolePolicy` },
  'ecs.application-autoscaling.amazonaws.com': { name: 'AWSServiceRoleForApplicationAutoScaling_ECSService', policy: `${POLICY_PATH}/AWSApplicationAutoscalingECSServicePolicy` },
};

/** The role's ARN, whether it is there or not; undefined when the service has none. */
export function linkedRoleArn(account: string, service: string): string | undefined {
  return Object.hasOwn(LINKED, service) ? `arn:aws:iam::${account}:role/aws-service-role/${service}/${LINKED[service]?.name ?? ''}` : undefined;
}

export function createServiceLinkedRole(input: sdk.CreateServiceLinkedRoleRequest, ctx: IamContext): sdk.CreateServiceLinkedRoleResponse {
  const service = input.AWSServiceName ?? '';
  const linked = Object.hasOwn(LINKED, service) ? LINKED[service] : undefined;
  if (linked === undefined) throw invalidInput(`Service role creation is not supported for the service ${service}. Longshore knows ${Object.keys(LINKED).join(', ')}.`);
  if (input.CustomSuffix !== undefined) throw invalidInput('Custom suffix is not allowed for ' + service);
  const role = ctx.store.transact((tx) => {
    if (tx.get(identities, identityKey(ctx.account, 'role', linked.name))) {
      throw invalidInput(`Service role name ${linked.name} has been taken in this account, please try a different suffix.`);
    }
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] });
    const made = newRole(ctx, { name: linked.name, path: `/aws-service-role/${service}/`, trust, maxSessionSeconds: 3600, description: input.Description, linkedService: service });
    const row = { ...made, attached: [linked.policy] };
    tx.put(identities, row);
    return row;
  });
  return { Role: viewRole(role) };
}

/** Gone at once, unless the service still has something in this account. */
export function deleteServiceLinkedRole(input: sdk.DeleteServiceLinkedRoleRequest, ctx: IamContext): sdk.DeleteServiceLinkedRoleResponse {
  return ctx.store.transact((tx) => {
    const role = findRole(tx, ctx, input.RoleName);
    const { linkedService } = role.role;
    if (linkedService === undefined) throw noSuchEntity(`The role with name ${role.name} cannot be found.`);
    const task = `task/aws-service-role/${linkedService}/${role.name}/`;
    if (linkedService === 'ecs.amazonaws.com' && hasClusters(ctx)) return { DeletionTaskId: `${task}in-use` };
    tx.delete(identities, identities.key(role));
    return { DeletionTaskId: `${task}${role.id}` };
  });
}

export function getServiceLinkedRoleDeletionStatus(input: sdk.GetServiceLinkedRoleDeletionStatusRequest, _ctx: IamContext): sdk.GetServiceLinkedRoleDeletionStatusResponse {
  const id = input.DeletionTaskId ?? '';
  if (!/^task\/aws-service-role\/[^/]+\/[^/]+\/[^/]+$/.test(id)) throw noSuchEntity(`Deletion task ${id} cannot be found.`);
  if (!id.endsWith('/in-use')) return { Status: 'SUCCEEDED' as sdk.DeletionTaskStatusType };
  return { Status: 'FAILED' as sdk.DeletionTaskStatusType, Reason: { Reason: 'The role is in use: the account has active clusters.' } };
}

function hasClusters(ctx: IamContext): boolean {
  for (const cluster of ctx.store.all(clusters)) if (cluster.account === ctx.account && cluster.status === 'ACTIVE') return true;
  return false;
}
