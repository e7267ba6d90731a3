// A task row and its definition → the order an agent gets. Pure: rows in, message out.
import { arn, lastSegment } from '#model/arn.ts';
import type { NetworkInterface, Subnet, Vpc } from '#model/network.ts';
import type { Task } from '#model/task.ts';
import type { TaskDefinition } from '#model/task-definition.ts';
import type { PayloadElasticNetworkInterface, PayloadTask, RoleCredentials } from '#link/messages.ts';
import { privateDnsName } from '../network/network-interface.ts';
import { parseCidr, renderIpv4 } from '../network/cidr.ts';
import { renderContainer } from './render-container.ts';
import { renderVolume } from './render-volume.ts';

/** The rows behind an attachment. */
export interface PayloadNetwork {
  readonly networkInterface: NetworkInterface;
  readonly subnet: Subnet;
  readonly vpc: Vpc;
}

export interface PayloadOptions {
  /** Host and port of our registry as image names may carry it (`localhost:4566`): such images get ECR credentials. */
  readonly registryHost: string;
  readonly roleCredentials?: RoleCredentials;
  readonly executionRoleCredentials?: RoleCredentials;
  /** Containers are led to Longshore's API: see api-endpoint.ts. */
  readonly apiEndpoint?: boolean;
}

/** The order for `task` as it is now: start it when it is to run, stop it when it is to stop. */
export function renderPayload(task: Task, definition: TaskDefinition, network: readonly PayloadNetwork[], options: PayloadOptions): PayloadTask {
  const enis = task.attachments.flatMap((attachment) => {
    const rows = network.find((n) => n.networkInterface.id === attachment.networkInterfaceId);
    return rows === undefined ? [] : [renderInterface(task, attachment.id, rows)];
  });
  return {
    arn: task.arn,
    family: definition.family,
    version: String(definition.revision),
    desiredStatus: task.desiredStatus,
    taskClusterArn: task.clusterArn,
    launchType: task.launchType,
    networkMode: definition.networkMode ?? 'bridge',
    cpu: task.cpu === undefined ? 0 : Number(task.cpu) / 1024,
    memory: task.memory === undefined ? 0 : Number(task.memory),
    containers: definition.containerDefinitions.map((container) => renderContainer(task, definition, container, options)),
    volumes: definition.volumes.map(renderVolume),
    group: task.group,
    createdAt: task.createdAt,
    ...(definition.pidMode !== undefined && { pidMode: definition.pidMode }),
    ...(definition.ipcMode !== undefined && { ipcMode: definition.ipcMode }),
    ...(definition.enableFaultInjection !== undefined && { enableFaultInjection: definition.enableFaultInjection }),
    ...(task.serviceName !== undefined && { serviceName: task.serviceName }),
    ...(task.startedBy !== undefined && { startedBy: task.startedBy }),
    ...(task.platformVersion !== undefined && { platformVersion: task.platformVersion }),
    ...(task.availabilityZone !== undefined && { availabilityZone: task.availabilityZone }),
    ...(task.ephemeralStorage !== undefined && { ephemeralStorageGiB: task.ephemeralStorage.sizeInGiB }),
    ...(options.apiEndpoint === true && { apiEndpoint: true }),
    ...(enis.length > 0 && { elasticNetworkInterfaces: enis }),
    ...(options.roleCredentials !== undefined && { roleCredentials: options.roleCredentials }),
    ...(options.executionRoleCredentials !== undefined && { executionRoleCredentials: options.executionRoleCredentials }),
  };
}

function renderInterface(task: Task, attachmentId: string, { networkInterface: eni, subnet, vpc }: PayloadNetwork): PayloadElasticNetworkInterface {
  const block = parseCidr(subnet.cidrBlock);
  return {
    attachmentArn: arn('ecs', task.region, task.account, `attachment/${lastSegment(attachmentId)}`),
    ec2Id: eni.id,
    macAddress: eni.macAddress,
    ipv4Addresses: [{ primary: true, privateAddress: eni.privateIpAddress }],
    subnetGatewayIpv4Address: block === undefined ? '' : `${renderIpv4(block.base + 1)}/${block.prefix}`,
    privateDnsName: privateDnsName(eni.privateIpAddress, task.region),
    interfaceAssociationProtocol: 'default',
    vpcId: vpc.id,
    vpcCidrBlock: vpc.cidrBlock,
    subnetId: subnet.id,
    securityGroupIds: eni.securityGroupIds,
  };
}
