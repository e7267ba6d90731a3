// All protocols, by name; each keeps its own compiled codecs.
import type { ProtocolName } from '../service.ts';
import { createAwsJson } from './aws-json.ts';
import { createAwsQuery } from './aws-query.ts';
import { createEc2Query } from './ec2-query.ts';
import type { Protocol } from './protocol.ts';
import { createRestJson } from './rest-json.ts';
import { createRestXml } from './rest-xml.ts';
import { createRpcCbor } from './rpc-cbor.ts';

export type Protocols = Readonly<Record<ProtocolName, Protocol>>;

/** One set per handler. */
export function createProtocols(): Protocols {
  return {
    awsJson1_0: createAwsJson('1.0'),
    awsJson1_1: createAwsJson('1.1'),
    awsQuery: createAwsQuery(),
    ec2Query: createEc2Query(),
    restJson1: createRestJson(),
    restXml: createRestXml(),
    rpcv2Cbor: createRpcCbor(),
  };
}
