// Capacity providers by name or ARN. FARGATE and FARGATE_SPOT are there in every account and have no row.
import { arn } from '#model/arn.ts';
import { capacityProviders, type CapacityProvider } from '#model/capacity-provider.ts';
import { FARGATE_PROVIDERS } from '#model/fargate-providers.ts';
import type { Reader } from '#store/store.ts';
import type { Scope } from './arns.ts';
import { clientException } from './errors.ts';

export function capacityProviderArn(scope: Scope, name: string): string {
  return arn('ecs', scope.region, scope.account, `capacity-provider/${name}`);
}

/** The name in a name or ARN. */
export function providerName(ref: string): string {
  return ref.startsWith('arn:') ? ref.slice(ref.lastIndexOf('/') + 1) : ref;
}

/** An ACTIVE one that the account made. */
export function findProvider(reader: Reader, scope: Scope, ref: string): CapacityProvider | undefined {
  const found = reader.get(capacityProviders, ref.startsWith('arn:') ? ref : capacityProviderArn(scope, ref));
  return found?.status === 'ACTIVE' && found.account === scope.account && found.region === scope.region ? found : undefined;
}

/** Throws ClientException. */
export function getProvider(reader: Reader, scope: Scope, ref: string | undefined): CapacityProvider {
  if (ref !== undefined && FARGATE_PROVIDERS.includes(providerName(ref))) {
    throw clientException('The specified capacity provider is reserved and cannot be changed or deleted.');
  }
  const found = findProvider(reader, scope, ref ?? '');
  if (found === undefined) throw clientException('The specified capacity provider does not exist. Specify a valid name or ARN and try again.');
  return found;
}
