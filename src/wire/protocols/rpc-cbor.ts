// RPC v2 CBOR: POST /service/X/operation/Y with `smithy-protocol: rpc-v2-cbor`, CBOR both ways, with the SDK's codec.
import { cbor, CborCodec } from '@smithy/core/cbor';
import { AwsError } from '../aws-error.ts';
import { checkCbor } from '../codec/cbor-limits.ts';
import { findMissing, missingMessage } from '../codec/missing.ts';
import { UnreadableInput } from '../codec/unreadable-input.ts';
import { readValue, type ValueFormat } from '../codec/value-reader.ts';
import { errorBody } from './aws-json.ts';
import type { Protocol, ReplyContext } from './protocol.ts';

const CONTENT_TYPE = 'application/cbor';
const EPOCH_TAG = 1;

const FORMAT: ValueFormat = {
  member: (shape, key) => shape.byName.get(key),
  timestamp(value) {
    const { tag, value: seconds } = (typeof value === 'object' && value !== null ? value : {}) as { tag?: unknown; value?: unknown };
    if (tag !== EPOCH_TAG || typeof seconds !== 'number') return undefined;
    const date = new Date(Math.round(seconds * 1_000));
    return Number.isNaN(date.getTime()) ? undefined : date;
  },
  blob: (value) => (value instanceof Uint8Array ? value : undefined),
};

export function createRpcCbor(): Protocol {
  const serializer = new CborCodec().createSerializer();
  return {
    name: 'rpcv2Cbor',
    family: 'cbor',
    contentType: CONTENT_TYPE,
    readInput(operation, { body }) {
      const { input, incomplete } = readValue(operation.input, body.length === 0 ? {} : parseCbor(body), FORMAT);
      return { input, missing: incomplete ? findMissing(operation.input, input) : [] };
    },
    writeOutput(operation, output, context) {
      // An output without members is an empty body, as the protocol has it.
      if (operation.output.members.length === 0) return { status: 200, headers: headersOf(context).slice(0, 4), body: '' };
      serializer.write(operation.outputSchema as never, output ?? {});
      return { status: 200, headers: headersOf(context), body: serializer.flush() as Uint8Array };
    },
    writeError: (error, context) => ({ status: error.httpStatus, headers: headersOf(context), body: cbor.serialize(errorBody(error)) }),
    unreadable: (message) => new AwsError('SerializationException', message),
    missing: (paths) => new AwsError('ValidationException', missingMessage(paths)),
    unknownOperation: (name) => new AwsError('UnknownOperationException', name === '' ? 'No operation was named.' : `The operation ${name} is not known.`, { httpStatus: 404 }),
    faultCode: 'InternalFailure',
  };
}

function headersOf({ requestId }: ReplyContext): string[] {
  return ['x-amzn-RequestId', requestId, 'smithy-protocol', 'rpc-v2-cbor', 'Content-Type', CONTENT_TYPE];
}

function parseCbor(body: Buffer): unknown {
  try {
    checkCbor(body);
    return cbor.deserialize(body);
  } catch (cause) {
    throw new UnreadableInput(`Could not parse request body into cbor: ${(cause as Error).message}`);
  }
}
