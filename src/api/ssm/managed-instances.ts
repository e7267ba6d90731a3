// DescribeInstanceInformation and DeregisterManagedInstance: machines that registered with an activation.
import { accessKeys } from '#model/account.ts';
import { activations, managedInstances, type ManagedInstance } from '#model/activation.ts';
import { containerInstances } from '#model/container-instance.ts';
import { joinedHosts } from '#model/joined-host.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { listPage } from '../list-page.ts';
import { invalidNextToken } from './errors.ts';
import type * as sdk from './shapes.ts';

export function describeInstanceInformation(input: sdk.DescribeInstanceInformationRequest, ctx: VaultContext): sdk.DescribeInstanceInformationResult {
  checkLimits([input.MaxResults, 'maxResults', { minValue: 5, maxValue: 50 }]);
  const given = [
    ...(input.Filters ?? []).map(({ Key = '', Values = [] }) => ({ key: Key, values: Values })),
    ...(input.InstanceInformationFilterList ?? []).map(({ key = '', valueSet = [] }) => ({ key: String(key), values: valueSet })),
  ];
  const found = [...ctx.store.by(managedInstances, 'scope', `${ctx.account}/${ctx.region}`)]
    .map((row) => ({ row, shown: view(ctx.store, row) }))
    .filter(({ row, shown }) => given.every(({ key, values }) => values.some((value) => valuesOf(key, row, shown).includes(value))));
  const { rows, nextToken } = listPage('instances', found, ({ row }) => row.id, input.MaxResults ?? 50, input.NextToken, invalidNextToken);
  return { InstanceInformationList: rows.map(({ shown }) => shown), ...(nextToken !== undefined && { NextToken: nextToken }) };
}

/** Its key and certificate are worth nothing any more. The container instance stays until it is deregistered in ECS, as in AWS. */
export function deregisterManagedInstance(input: sdk.DeregisterManagedInstanceRequest, ctx: VaultContext): sdk.DeregisterManagedInstanceResult {
  checkLimits([input.InstanceId ?? '', 'instanceId', { pattern: 'mi-[0-9a-f]{17}' }]);
  ctx.store.transact((tx) => {
    const found = tx.get(managedInstances, input.InstanceId ?? '');
    if (found === undefined || found.account !== ctx.account || found.region !== ctx.region) throw new AwsError('InvalidInstanceId', `Instance ${input.InstanceId ?? ''} is not registered.`);
    const host = tx.get(joinedHosts, found.hostId);
    if (host !== undefined) {
      tx.delete(joinedHosts, host.id);
      tx.delete(accessKeys, host.accessKeyId);
    }
    tx.delete(managedInstances, found.id);
  });
  return {};
}

function valuesOf(key: string, row: ManagedInstance, shown: sdk.InstanceInformation): readonly string[] {
  switch (key) {
    case 'InstanceIds':
      return [row.id];
    case 'ActivationIds':
      return [row.activationId];
    case 'IamRole':
      return [row.iamRole];
    case 'AgentVersion':
      return [row.agentVersion];
    case 'PingStatus':
      return [shown.PingStatus ?? ''];
    case 'PlatformTypes':
      return ['Linux'];
    case 'ResourceType':
      return ['ManagedInstance'];
    case 'tag-key':
      return row.tags.map((tag) => tag.key);
    default:
      if (key.startsWith('tag:')) return row.tags.filter((tag) => tag.key === key.slice(4)).map((tag) => tag.value);
      throw new AwsError('InvalidFilterKey', `The specified key isn't valid: ${key}.`);
  }
}

function view(reader: Reader, row: ManagedInstance): sdk.InstanceInformation {
  const instance = instanceOf(reader, row);
  const name = row.name ?? reader.get(activations, row.activationId)?.defaultInstanceName;
  return {
    InstanceId: row.id,
    PingStatus: instance?.agentConnected === true ? 'Online' : 'ConnectionLost',
    LastPingDateTime: new Date(instance?.agentDisconnectedAt ?? instance?.agentConnectedAt ?? row.registeredAt),
    AgentVersion: row.agentVersion,
    IsLatestVersion: true,
    PlatformType: 'Linux',
    ActivationId: row.activationId,
    IamRole: row.iamRole,
    RegistrationDate: new Date(row.registeredAt),
    ResourceType: 'ManagedInstance',
    ...(name !== undefined && { Name: name }),
    IPAddress: row.ipAddress,
    ComputerName: row.computerName,
  };
}

function instanceOf(reader: Reader, row: ManagedInstance) {
  for (const instance of reader.all(containerInstances)) if (instance.ec2InstanceId === row.id && instance.account === row.account && instance.status !== 'INACTIVE') return instance;
  return undefined;
}
