// The signed ECS API calls an agent makes. The real client is link/http-agent-api.ts (AWS JSON 1.1 over HTTP, SigV4);
// simulation fills this interface with direct calls over a lossy link. Times: epoch seconds, as on the wire.

export interface RegisterRequest {
  readonly cluster?: string;
  /** A host that registered before sends its ARN again and keeps its identity. */
  readonly containerInstanceArn?: string;
  readonly clientToken?: string;
  readonly attributes: readonly { readonly name: string; readonly value?: string }[];
  readonly totalResources: readonly {
    readonly name: string;
    readonly type: 'INTEGER' | 'STRINGSET';
    readonly integerValue?: number;
    readonly stringSetValue?: readonly string[];
  }[];
  readonly versionInfo?: { readonly agentVersion?: string; readonly agentHash?: string; readonly dockerVersion?: string };
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
  readonly instanceIdentityDocument?: string;
  readonly instanceIdentityDocumentSignature?: string;
}

export interface RegisterResult {
  readonly containerInstanceArn: string;
  readonly attributes: readonly { readonly name: string; readonly value?: string }[];
}

export interface SubmittedBinding {
  readonly bindIP?: string;
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly protocol?: string;
  readonly containerPortRange?: string;
  readonly hostPortRange?: string;
}

export interface SubmittedContainer {
  readonly containerName: string;
  readonly runtimeId?: string;
  readonly imageDigest?: string;
  readonly status: 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly exitCode?: number;
  readonly reason?: string;
  readonly networkBindings?: readonly SubmittedBinding[];
}

export interface SubmitTaskRequest {
  readonly cluster: string;
  readonly task: string;
  readonly status: 'RUNNING' | 'STOPPED' | 'PENDING' | 'ACTIVATING' | 'STOPPING' | 'DEPROVISIONING';
  /** `CannotPullContainerError: …`; empty for an ordinary stop. */
  readonly reason?: string;
  readonly containers?: readonly SubmittedContainer[];
  readonly attachments?: readonly { readonly attachmentArn: string; readonly status: string }[];
  readonly managedAgents?: readonly { readonly containerName: string; readonly managedAgentName: 'ExecuteCommandAgent'; readonly status: 'PENDING' | 'RUNNING' | 'STOPPED'; readonly reason?: string }[];
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  readonly executionStoppedAt?: number;
}

/** Every call rejects with an AgentApiError when the control plane refused, with any other error when it could not be reached. */
export interface AgentApi {
  registerContainerInstance(request: RegisterRequest): Promise<RegisterResult>;
  discoverPollEndpoint(containerInstanceArn: string, cluster?: string): Promise<{ endpoint: string; telemetryEndpoint: string }>;
  submitTaskStateChange(request: SubmitTaskRequest): Promise<void>;
  submitContainerStateChange(request: { cluster: string; task: string } & SubmittedContainer): Promise<void>;
  submitAttachmentStateChanges(request: { cluster: string; attachments: readonly { attachmentArn: string; status: string }[] }): Promise<void>;
}

/** The control plane's refusal: `code` is the AWS error code. */
export class AgentApiError extends Error {
  readonly code: string;
  readonly httpStatus: number;
  constructor(code: string, message: string, httpStatus: number) {
    super(message);
    this.name = code;
    this.code = code;
    this.httpStatus = httpStatus;
  }
}
