// Every ELBv2 operation of the current model: ours, or answering by name that it is not there yet.
import type { Operation } from '#wire/service.ts';
import type { ApiContext } from '../context.ts';
import { lazyOperations } from '../lazy-operations.ts';
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
import { describeSslPolicies } from './ssl-policies.ts';
import { createTargetGroup, deleteTargetGroup, describeTargetGroups, modifyTargetGroup } from './target-groups.ts';
import { deregisterTargets, describeTargetHealth, registerTargets } from './targets.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { schemaOf, type Elbv2OperationName } from './shapes.ts';

const HANDLERS: Partial<Record<Elbv2OperationName, Operation<ApiContext>['handler']>> = {
  AddListenerCertificates: addListenerCertificates,
  AddTags: addTags,
  CreateListener: createListener,
  CreateLoadBalancer: createLoadBalancer,
  CreateRule: createRule,
  CreateTargetGroup: createTargetGroup,
  DeleteListener: deleteListener,
  DeleteLoadBalancer: deleteLoadBalancer,
  DeleteRule: deleteRule,
  DeleteTargetGroup: deleteTargetGroup,
  DeregisterTargets: deregisterTargets,
  DescribeAccountLimits: describeAccountLimits,
  DescribeListenerAttributes: describeListenerAttributes,
  DescribeListenerCertificates: describeListenerCertificates,
  DescribeListeners: describeListeners,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeRules: describeRules,
  DescribeSSLPolicies: describeSslPolicies,
  DescribeTags: describeTags,
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
  DescribeTargetGroups: describeTargetGroups,
  DescribeTargetHealth: describeTargetHealth,
  ModifyListener: modifyListener,
  ModifyListenerAttributes: modifyListenerAttributes,
  ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
  ModifyRule: modifyRule,
  ModifyTargetGroup: modifyTargetGroup,
  ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
  RegisterTargets: registerTargets,
  RemoveListenerCertificates: removeListenerCertificates,
  RemoveTags: removeTags,
  SetIpAddressType: setIpAddressType,
  SetRulePriorities: setRulePriorities,
  SetSecurityGroups: setSecurityGroups,
  SetSubnets: setSubnets,
};

export const OPERATIONS = lazyOperations(OPERATION_NAMES, HANDLERS, schemaOf, 'UnsupportedOperation');
