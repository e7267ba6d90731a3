// ModifySubnetAttribute: MapPublicIpOnLaunch. Setting another attribute to what it is anyway is accepted; anything else is refused.
import { subnets } from '#model/network.ts';
import type { ApiContext } from '../context.ts';
import { invalidCombination, missingParameter, unsupportedParameter } from './errors.ts';
import { getSubnet } from './find.ts';
import { change } from './scope.ts';
import type { ModifySubnetAttributeRequest } from './shapes.ts';

const ALWAYS_OFF = [
  'AssignIpv6AddressOnCreation',
  'MapCustomerOwnedIpOnLaunch',
  'EnableDns64',
  'EnableResourceNameDnsARecordOnLaunch',
  'EnableResourceNameDnsAAAARecordOnLaunch',
] as const;

export function modifySubnetAttribute(input: ModifySubnetAttributeRequest, ctx: ApiContext): Record<string, never> {
  const { SubnetId, ...attributes } = input;
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  if (given.length > 1) throw invalidCombination('Only one subnet attribute can be modified at a time');
  if (given.length === 0) throw missingParameter('attribute');
  for (const name of ALWAYS_OFF) if (input[name]?.Value === true) throw unsupportedParameter(name);
  if (input.PrivateDnsHostnameTypeOnLaunch !== undefined && input.PrivateDnsHostnameTypeOnLaunch !== 'ip-name') throw unsupportedParameter('PrivateDnsHostnameTypeOnLaunch');
  for (const name of ['CustomerOwnedIpv4Pool', 'EnableLniAtDeviceIndex', 'DisableLniAtDeviceIndex'] as const) {
    if (input[name] !== undefined) throw unsupportedParameter(name);
  }
  return change(ctx, {}, (tx) => {
    const subnet = getSubnet(tx, ctx, SubnetId);
    const { MapPublicIpOnLaunch: map } = input;
    if (map?.Value !== undefined) tx.put(subnets, { ...subnet, mapPublicIpOnLaunch: map.Value });
    return {};
  });
}
