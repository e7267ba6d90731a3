// What a service of ours gives to the wire: its names, and per operation the SDK's schema and a handler.
import type { AwsError } from './aws-error.ts';
import type { AwsCall } from './call.ts';
import type { RequestHead } from './head.ts';

/** The operation tuple that every `@aws-sdk/client-*` exports (`RunTask$`); opaque here, read by the codecs. */
export type OperationSchema = readonly unknown[];

export type ProtocolName = 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'ec2Query' | 'restJson1' | 'restXml' | 'rpcv2Cbor';

export interface Operation<Ctx = unknown> {
  readonly schema: OperationSchema;
  /** Input has been parsed by the schema, nothing more. Throws AwsError. May be async only where bytes are moved. */
  readonly handler: (input: any, ctx: Ctx) => unknown;
  /** False for the few calls that need no signature (none in ECS; sts:AssumeRoleWithWebIdentity). Default true. */
  readonly signed?: boolean;
  /** The handler takes the body's bytes itself, off `call.payload`: it runs before they are read. */
  readonly streamsBody?: boolean;
  /** Overrides the server's limit for the few operations that carry bytes (ecr:UploadLayerPart). Not for query protocols. */
  readonly maxBodyBytes?: number;
}

/** One more thing that IAM is asked about a call. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys, by lower-case key. */
  readonly conditions?: Readonly<Record<string, string | undefined>>;
  /** What a refused caller is told in place of AWS's general sentence. */
  readonly refusal?: string;
}

/** What IAM is asked about an operation; without it: `<prefix>:<Operation>` on `*`. */
export interface OperationAccess<Ctx = any> {
  /** Default `<first signing name>:<Operation>`; null: the handler decides for itself (sts:AssumeRole) or nobody may be refused (sts:GetCallerIdentity). */
  readonly action?: string | null;
  /** ARNs of what the input names; each is asked about. Empty = `*`. */
  readonly resources?: (input: any, ctx: Ctx) => readonly string[];
  /** Values of the service's own condition keys, by lower-case key. */
  readonly conditions?: (input: any, ctx: Ctx) => Readonly<Record<string, string | readonly string[] | undefined>>;
  /** What else the caller needs for it: s3:GetObject of a copy's source, kms:Decrypt of the key that a value is under. */
  readonly also?: (input: any, ctx: Ctx) => readonly Permission[];
  /** ARNs of roles that the input hands to a service: iam:PassRole is asked for each. */
  readonly passes?: (input: any, ctx: Ctx) => { readonly to: string; readonly roles: readonly string[] };
}

/** How often an account may call the operations of one class in one region. */
export interface RateClass {
  readonly name: string;
  /** Calls at once. */
  readonly burst: number;
  /** Calls a second in the long run. */
  readonly perSecond: number;
}

export interface Service<Ctx = unknown> {
  /** Our folder's name: `ecs`, `ecr`, `logs`, `ec2`, `sts`. */
  readonly name: string;
  /** Service names in the credential scope of a signature: `ecs`, `ecr`, `logs`. */
  readonly signingNames: readonly string[];
  /** Before the dot in X-Amz-Target, for awsJson services: `AmazonEC2ContainerServiceV20141113`. */
  readonly targetPrefix?: string;
  /** The `Version` parameter, for query services: `2016-11-15`. */
  readonly apiVersion?: string;
  /** The protocol the SDK's client declares; error and XML details follow from it. Clients may choose another they support. */
  readonly protocol: ProtocolName;
  readonly xmlNamespace?: string;
  /** Every operation of the current model by its AWS name, implemented or answering UnsupportedFeatureException. */
  readonly operations: Readonly<Record<string, Operation<Ctx>>>;
  /** What IAM is asked, by operation name. */
  readonly access?: Readonly<Partial<Record<string, OperationAccess<any>>>>;
  /** The class of calls an operation counts in, as AWS publishes it. Without it: one class for all the service's operations. */
  readonly rateClass?: (operation: string) => RateClass | undefined;
  /**
   * The service's own error for absent required members; paths as AWS writes them (`containerDefinitions.1.member.name`).
   * Default: ValidationException (query: ValidationError, ec2: MissingParameter) in AWS's general words.
   */
  readonly onMissing?: (missing: readonly string[], operation: string) => AwsError;
  /** The service's own error for input of wrong types or malformed JSON. Default: SerializationException and its kin. */
  readonly onUnreadable?: (message: string, operation: string) => AwsError;
  /** The code of a 500 (`ServerException` in ECS). Default: the protocol's, InternalFailure. */
  readonly faultCode?: string;
  /** A JSON service whose older clients know it by query error codes: adds x-amzn-query-error. */
  readonly queryCompatible?: boolean;
  /** S3: the canonical path of a signature is encoded once. */
  readonly singleEncodedPath?: boolean;
  /** S3: UNSIGNED-PAYLOAD is accepted in place of the body's hash. */
  readonly unsignedPayload?: boolean;
  /** S3: every `x-amz-` header must be signed. */
  readonly signedAmzHeaders?: boolean;
  /** S3: its methods, paths and hosts are told apart by its own rules. Undefined: no operation. */
  readonly route?: (head: RequestHead) => { readonly operation: string; readonly labels: ReadonlyMap<string, string> } | undefined;
  /** S3: an error is the document itself (`<Error>`), without `<ErrorResponse>` around it. */
  readonly bareErrors?: boolean;
  /** Makes the handler's context of a verified call. */
  readonly context: (call: AwsCall) => Ctx;
}
