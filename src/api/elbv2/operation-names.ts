// The names of all operations of the current model: the schemas are loaded at the first request only (shapes.ts).
// Does not compile when the SDK has an operation more or less.
import type { Elbv2OperationName } from './shapes.ts';

export const OPERATION_NAMES = [
  'AddListenerCertificates', 'AddTags', 'AddTrustStoreRevocations', 'CreateListener', 'CreateLoadBalancer', 'CreateRule',
  'CreateTargetGroup', 'CreateTrustStore', 'DeleteListener', 'DeleteLoadBalancer', 'DeleteRule', 'DeleteSharedTrustStoreAssociation',
  'DeleteTargetGroup', 'DeleteTrustStore', 'DeregisterTargets', 'DescribeAccountLimits', 'DescribeCapacityReservation',
  'DescribeListenerAttributes', 'DescribeListenerCertificates', 'DescribeListeners', 'DescribeLoadBalancerAttributes',
  'DescribeLoadBalancers', 'DescribeRules', 'DescribeSSLPolicies', 'DescribeTags', 'DescribeTargetGroupAttributes',
  'DescribeTargetGroups', 'DescribeTargetHealth', 'DescribeTrustStoreAssociations', 'DescribeTrustStoreRevocations',
  'DescribeTrustStores', 'GetResourcePolicy', 'GetTrustStoreCaCertificatesBundle', 'GetTrustStoreRevocationContent',
  'ModifyCapacityReservation', 'ModifyIpPools', 'ModifyListener', 'ModifyListenerAttributes', 'ModifyLoadBalancerAttributes',
  'ModifyRule', 'ModifyTargetGroup', 'ModifyTargetGroupAttributes', 'ModifyTrustStore', 'RegisterTargets', 'RemoveListenerCertificates',
  'RemoveTags', 'RemoveTrustStoreRevocations', 'SetIpAddressType', 'SetRulePriorities', 'SetSecurityGroups', 'SetSubnets',
] as const satisfies readonly Elbv2OperationName[];

type Forgotten = Exclude<Elbv2OperationName, (typeof OPERATION_NAMES)[number]>;
export const NONE_FORGOTTEN: [Forgotten] extends [never] ? true : Forgotten = true;
