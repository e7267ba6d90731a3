// The Auto Scaling operations and shapes of the AWS SDK, our contract. This file alone refers to that client: only its schemas are
// loaded, at the first request (docs/adr/secrets-sdk-clients.md).
import type * as sdk from '@aws-sdk/client-auto-scaling';
import { lazySchemas } from '../lazy-schemas.ts';

/** The SDK's schema of an operation. The first call loads them all. */
export const schemaOf = lazySchemas<AutoScalingOperationName>('@aws-sdk/client-auto-scaling');

type Loose<T> = T extends Date ? T : T extends readonly (infer E)[] ? readonly Loose<E>[] : T extends object ? { readonly [K in keyof T]?: Loose<T[K]> | undefined } : T;

/** An input as it may come over the wire: every member may be absent, whatever the model says. */
export type Shape<T> = Loose<T>;

export type {
  Activity,
  AttachInstancesQuery,
  AutoScalingGroup,
  AutoScalingGroupNamesType,
  AutoScalingInstanceDetails,
  CompleteLifecycleActionType,
  CreateAutoScalingGroupType,
  CreateOrUpdateTagsType,
  DeleteAutoScalingGroupType,
  DeleteLifecycleHookType,
  DeleteTagsType,
  DescribeAutoScalingInstancesType,
  DescribeLifecycleHooksType,
  DescribeScalingActivitiesType,
  DescribeTagsType,
  DetachInstancesQuery,
  EnterStandbyQuery,
  ExitStandbyQuery,
  Instance,
  LaunchTemplateSpecification,
  LifecycleHook,
  LifecycleHookSpecification,
  PutLifecycleHookType,
  RecordLifecycleActionHeartbeatType,
  ScalingProcessQuery,
  SetDesiredCapacityType,
  SetInstanceHealthQuery,
  SetInstanceProtectionQuery,
  Tag,
  TerminateInstanceInAutoScalingGroupType,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';

/** Every operation of the current model by its AWS name: the SDK exports `AttachInstancesCommand` for AttachInstances. */
export type AutoScalingOperationName =
  Extract<keyof typeof sdk, `${string}Command`> extends infer C ? (C extends `${infer Name}Command` ? (Name extends '$' ? never : Name) : never) : never;
