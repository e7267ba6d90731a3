// Every table of the state store: what is not listed here is not persisted.
import { accessKeys, accountSettings, clientTokens } from './account.ts';
import { autoScalingGroups, groupInstances, lifecycleHooks, scalingActivities } from './auto-scaling-group.ts';
import { capacityProviders, providerScalings } from './capacity-provider.ts';
import { activations, managedInstances } from './activation.ts';
import { clusters } from './cluster.ts';
import { containerInstances } from './container-instance.ts';
import { execSessions } from './exec-session.ts';
import { accountProfiles, identities, instanceProfiles, managedPolicies, oidcProviders } from './identity.ts';
import { blobLinks, images, imageTags } from './image.ts';
import { joinedHosts, joinTokens } from './joined-host.ts';
import { instances } from './instance.ts';
import { kmsAliases, kmsKeys, vaultChecks } from './kms-key.ts';
import { launchTemplates, launchTemplateVersions } from './launch-template.ts';
import { certificates, listeners, loadBalancers, rules, targetGroups, targets } from './load-balancer.ts';
import { logGroups, logStreams } from './log-group.ts';
import { networkInterfaces, networkScopes, securityGroups, subnets, vpcOverlays, vpcs } from './network.ts';
import { objectBuckets, objectParts, objectUploads, storedObjects } from './object.ts';
import { parameters, parameterVersions } from './parameter.ts';
import { repositories } from './repository.ts';
import { secrets, secretVersions } from './secret.ts';
import { serviceDeployments, serviceEvents, serviceRevisions, serviceSchedulers, services, taskSets } from './service.ts';
import type { Table } from './table.ts';
import { taskDefinitionFamilies, taskDefinitions } from './task-definition.ts';
import { tasks } from './task.ts';

export const TABLES: readonly Table<any>[] = [
  accessKeys,
  accountProfiles,
  accountSettings,
  activations,
  certificates,
  blobLinks,
  clientTokens,
  clusters,
  containerInstances,
  execSessions,
  identities,
  images,
  imageTags,
  instanceProfiles,
  joinedHosts,
  joinTokens,
  managedInstances,
  managedPolicies,
  networkInterfaces,
  networkScopes,
  oidcProviders,
  repositories,
  securityGroups,
  subnets,
  taskDefinitionFamilies,
  taskDefinitions,
  tasks,
  vpcOverlays,
  vpcs,
  kmsAliases,
  kmsKeys,
  listeners,
  loadBalancers,
  logGroups,
  logStreams,
  objectBuckets,
  objectParts,
  objectUploads,
  parameters,
  parameterVersions,
  rules,
  secrets,
  secretVersions,
  serviceDeployments,
  serviceEvents,
  serviceRevisions,
  serviceSchedulers,
  services,
  storedObjects,
  targetGroups,
  targets,
  taskSets,
  vaultChecks,
  autoScalingGroups,
  capacityProviders,
  groupInstances,
  instances,
  launchTemplates,
  launchTemplateVersions,
  lifecycleHooks,
  providerScalings,
  scalingActivities,
];
