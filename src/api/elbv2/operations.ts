// Every ELBv2 operation of the current model: what answers it, or that Longshore does not have it yet.
import type { Operation, OperationSchema } from '#wire/service.ts';
import type { ApiContext } from '../context.ts';
import { unsupported, type UnsupportedOperation } from '../unsupported.ts';
import {
  describeListenerAttributes,
  describeLoadBalancerAttributes,
  describeTargetGroupAttributes,
  modifyListenerAttributes,
  modifyLoadBalancerAttributes,
  modifyTargetGroupAttributes,
} from './change-attributes.ts';
import { addTags, describeTags, removeTags } from './change-tags.ts';
import { createListener } from './create-listener.ts';
import { createLoadBalancer } from './create-load-balancer.ts';
import { deleteListener } from './delete-listener.ts';
import { deleteLoadBalancer } from './delete-load-balancer.ts';
import { describeAccountLimits } from './describe-account-limits.ts';
import { describeListeners } from './describe-listeners.ts';
import { describeLoadBalancers } from './describe-load-balancers.ts';
import { describeRules } from './describe-rules.ts';
import { addListenerCertificates, describeListenerCertificates, removeListenerCertificates } from './listener-certificates.ts';
import { modifyListener } from './modify-listener.ts';
import { createRule, deleteRule, modifyRule, setRulePriorities } from './rules.ts';
import { setIpAddressType, setSecurityGroups, setSubnets } from './set-load-balancer.ts';
import * as shapes from './shapes.ts';
import { describeSslPolicies } from './ssl-policies.ts';
import { createTargetGroup, deleteTargetGroup, describeTargetGroups, modifyTargetGroup } from './target-groups.ts';
import { deregisterTargets, describeTargetHealth, registerTargets } from './targets.ts';

export const OPERATIONS = {
  AddListenerCertificates: { schema: shapes.AddListenerCertificates$, handler: addListenerCertificates },
  AddTags: { schema: shapes.AddTags$, handler: addTags },
  AddTrustStoreRevocations: notYet(shapes.AddTrustStoreRevocations$, 'AddTrustStoreRevocations'),
  CreateListener: { schema: shapes.CreateListener$, handler: createListener },
  CreateLoadBalancer: { schema: shapes.CreateLoadBalancer$, handler: createLoadBalancer },
  CreateRule: { schema: shapes.CreateRule$, handler: createRule },
  CreateTargetGroup: { schema: shapes.CreateTargetGroup$, handler: createTargetGroup },
  CreateTrustStore: notYet(shapes.CreateTrustStore$, 'CreateTrustStore'),
  DeleteListener: { schema: shapes.DeleteListener$, handler: deleteListener },
  DeleteLoadBalancer: { schema: shapes.DeleteLoadBalancer$, handler: deleteLoadBalancer },
  DeleteRule: { schema: shapes.DeleteRule$, handler: deleteRule },
  DeleteSharedTrustStoreAssociation: notYet(shapes.DeleteSharedTrustStoreAssociation$, 'DeleteSharedTrustStoreAssociation'),
  DeleteTargetGroup: { schema: shapes.DeleteTargetGroup$, handler: deleteTargetGroup },
  DeleteTrustStore: notYet(shapes.DeleteTrustStore$, 'DeleteTrustStore'),
  DeregisterTargets: { schema: shapes.DeregisterTargets$, handler: deregisterTargets },
  DescribeAccountLimits: { schema: shapes.DescribeAccountLimits$, handler: describeAccountLimits },
  DescribeCapacityReservation: notYet(shapes.DescribeCapacityReservation$, 'DescribeCapacityReservation'),
  DescribeListenerAttributes: { schema: shapes.DescribeListenerAttributes$, handler: describeListenerAttributes },
  DescribeListenerCertificates: { schema: shapes.DescribeListenerCertificates$, handler: describeListenerCertificates },
  DescribeListeners: { schema: shapes.DescribeListeners$, handler: describeListeners },
  DescribeLoadBalancerAttributes: { schema: shapes.DescribeLoadBalancerAttributes$, handler: describeLoadBalancerAttributes },
  DescribeLoadBalancers: { schema: shapes.DescribeLoadBalancers$, handler: describeLoadBalancers },
  DescribeRules: { schema: shapes.DescribeRules$, handler: describeRules },
  DescribeSSLPolicies: { schema: shapes.DescribeSSLPolicies$, handler: describeSslPolicies },
  DescribeTags: { schema: shapes.DescribeTags$, handler: describeTags },
  DescribeTargetGroupAttributes: { schema: shapes.DescribeTargetGroupAttributes$, handler: describeTargetGroupAttributes },
  DescribeTargetGroups: { schema: shapes.DescribeTargetGroups$, handler: describeTargetGroups },
  DescribeTargetHealth: { schema: shapes.DescribeTargetHealth$, handler: describeTargetHealth },
  DescribeTrustStoreAssociations: notYet(shapes.DescribeTrustStoreAssociations$, 'DescribeTrustStoreAssociations'),
  DescribeTrustStoreRevocations: notYet(shapes.DescribeTrustStoreRevocations$, 'DescribeTrustStoreRevocations'),
  DescribeTrustStores: notYet(shapes.DescribeTrustStores$, 'DescribeTrustStores'),
  GetResourcePolicy: notYet(shapes.GetResourcePolicy$, 'GetResourcePolicy'),
  GetTrustStoreCaCertificatesBundle: notYet(shapes.GetTrustStoreCaCertificatesBundle$, 'GetTrustStoreCaCertificatesBundle'),
  GetTrustStoreRevocationContent: notYet(shapes.GetTrustStoreRevocationContent$, 'GetTrustStoreRevocationContent'),
  ModifyCapacityReservation: notYet(shapes.ModifyCapacityReservation$, 'ModifyCapacityReservation'),
  ModifyIpPools: notYet(shapes.ModifyIpPools$, 'ModifyIpPools'),
  ModifyListener: { schema: shapes.ModifyListener$, handler: modifyListener },
  ModifyListenerAttributes: { schema: shapes.ModifyListenerAttributes$, handler: modifyListenerAttributes },
  ModifyLoadBalancerAttributes: { schema: shapes.ModifyLoadBalancerAttributes$, handler: modifyLoadBalancerAttributes },
  ModifyRule: { schema: shapes.ModifyRule$, handler: modifyRule },
  ModifyTargetGroup: { schema: shapes.ModifyTargetGroup$, handler: modifyTargetGroup },
  ModifyTargetGroupAttributes: { schema: shapes.ModifyTargetGroupAttributes$, handler: modifyTargetGroupAttributes },
  ModifyTrustStore: notYet(shapes.ModifyTrustStore$, 'ModifyTrustStore'),
  RegisterTargets: { schema: shapes.RegisterTargets$, handler: registerTargets },
  RemoveListenerCertificates: { schema: shapes.RemoveListenerCertificates$, handler: removeListenerCertificates },
  RemoveTags: { schema: shapes.RemoveTags$, handler: removeTags },
  RemoveTrustStoreRevocations: notYet(shapes.RemoveTrustStoreRevocations$, 'RemoveTrustStoreRevocations'),
  SetIpAddressType: { schema: shapes.SetIpAddressType$, handler: setIpAddressType },
  SetRulePriorities: { schema: shapes.SetRulePriorities$, handler: setRulePriorities },
  SetSecurityGroups: { schema: shapes.SetSecurityGroups$, handler: setSecurityGroups },
  SetSubnets: { schema: shapes.SetSubnets$, handler: setSubnets },
} satisfies Record<shapes.Elbv2OperationName, Operation<ApiContext>>;

function notYet(schema: OperationSchema, operation: string): UnsupportedOperation {
  return unsupported(schema, operation, 'UnsupportedOperation');
}
