// A task definition as asked for, before it has a revision. Members are as in the request: absent ones may be undefined.
import type {
  Compatibility,
  ContainerDefinition,
  NetworkMode,
  RuntimePlatform,
  TaskDefinition,
  Volume,
} from '#model/task-definition.ts';

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

export type ContainerDraft = Loose<ContainerDefinition>;

export interface Draft {
  readonly family?: string | undefined;
  readonly containerDefinitions?: readonly ContainerDraft[] | undefined;
  readonly volumes?: readonly Loose<Volume>[] | undefined;
  readonly placementConstraints?: readonly { readonly type?: string | undefined; readonly expression?: string | undefined }[] | undefined;
  readonly requiresCompatibilities?: readonly Compatibility[] | undefined;
  readonly taskRoleArn?: string | undefined;
  readonly executionRoleArn?: string | undefined;
  readonly networkMode?: NetworkMode | undefined;
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  readonly pidMode?: string | undefined;
  readonly ipcMode?: string | undefined;
  readonly runtimePlatform?: RuntimePlatform | undefined;
  readonly proxyConfiguration?: ProxyDraft | undefined;
  readonly inferenceAccelerators?: readonly { readonly deviceName?: string | undefined; readonly deviceType?: string | undefined }[] | undefined;
  readonly ephemeralStorage?: { readonly sizeInGiB?: number | undefined } | undefined;
  readonly enableFaultInjection?: boolean | undefined;
}

export interface ProxyDraft {
  readonly type?: string | undefined;
  readonly containerName?: string | undefined;
  readonly properties?: readonly { readonly name?: string | undefined; readonly value?: string | undefined }[] | undefined;
}

/** What normalising a valid draft gives: the definition's own content, without identity and times. */
export type DefinitionContent = Pick<
  TaskDefinition,
  | 'containerDefinitions'
  | 'volumes'
  | 'placementConstraints'
  | 'compatibilities'
  | 'requiresCompatibilities'
  | 'requiresAttributes'
  | 'taskRoleArn'
  | 'executionRoleArn'
  | 'networkMode'
  | 'cpu'
  | 'memory'
  | 'pidMode'
  | 'ipcMode'
  | 'runtimePlatform'
  | 'proxyConfiguration'
  | 'inferenceAccelerators'
  | 'ephemeralStorage'
  | 'enableFaultInjection'
>;
