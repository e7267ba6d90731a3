// What a protocol does for the server: bytes to input, output and errors to bytes.
import type { AwsError } from '../aws-error.ts';
import type { RequestHead } from '../head.ts';
import type { Reply } from '../reply.ts';
import type { ProtocolName, Service } from '../service.ts';
import type { OperationShape } from '../shape.ts';

/** Protocols that name errors and statuses alike. */
export type ProtocolFamily = 'json' | 'rest-json' | 'cbor' | 'query' | 'ec2' | 'rest-xml';

export interface WireRequest {
  readonly head: RequestHead;
  readonly body: Buffer;
  /** Query protocols: the parsed form, so that routing and reading parse it once. */
  readonly form?: ReadonlyMap<string, string>;
  /** REST protocols: decoded path labels. */
  readonly labels?: ReadonlyMap<string, string>;
}

export interface ReadInput {
  readonly input: Record<string, unknown>;
  /** Paths of absent required members. */
  readonly missing: readonly string[];
}

export interface ReplyContext {
  readonly requestId: string;
  readonly service: Service | undefined;
}

export interface Protocol {
  readonly name: ProtocolName;
  readonly family: ProtocolFamily;
  /** Content type of one message, also inside an event stream. */
  readonly contentType: string;
  /** Throws UnreadableInput. */
  readonly readInput: (operation: OperationShape, request: WireRequest) => ReadInput;
  readonly writeOutput: (operation: OperationShape, output: unknown, context: ReplyContext) => Reply;
  readonly writeError: (error: AwsError, context: ReplyContext) => Reply;
  /** The error for input that cannot be read. */
  readonly unreadable: (message: string) => AwsError;
  /** The error for absent required members, where the service has no words of its own. */
  readonly missing: (paths: readonly string[]) => AwsError;
  /** The error for an operation that the service does not have. */
  readonly unknownOperation: (name: string, service: Service | undefined) => AwsError;
  /** The code of a 500. */
  readonly faultCode: string;
}
