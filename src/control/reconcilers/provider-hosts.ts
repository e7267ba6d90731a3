// What a capacity provider has in a cluster: its hosts, and whether its group can grow.
import { autoScalingGroups } from '#model/auto-scaling-group.ts';
import { capacityProviders, type CapacityProvider } from '#model/capacity-provider.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { Reader } from '#store/store.ts';

/** ACTIVE hosts that registered under this provider. */
export function providerHosts(reader: Reader, clusterArn: string, provider: string): string[] {
  return [...reader.by(containerInstances, 'provider', `${clusterArn}|${provider}`)].filter((host) => host.status === 'ACTIVE').map((host) => host.arn);
}

export function providerOf(reader: Reader, clusterArn: string, name: string): CapacityProvider | undefined {
  return reader.get(capacityProviders, clusterArn.replace(/:cluster\/.*$/, `:capacity-provider/${name}`));
}

/** Managed scaling may still make its group larger. */
export function canGrow(reader: Reader, clusterArn: string, name: string): boolean {
  const provider = providerOf(reader, clusterArn, name);
  const group = provider && reader.get(autoScalingGroups, provider.autoScalingGroupArn);
  return provider?.status === 'ACTIVE' && provider.managedScaling.status === 'ENABLED' && group !== undefined && group.status === undefined && group.desiredCapacity < group.maxSize;
}
