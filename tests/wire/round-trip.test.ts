// Every protocol against the SDK's own client half: what the client sends is what the handler gets, what the handler returns is what
// the client gets, for random values of real shapes.
import * as cloudwatchLogs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as sts from '@aws-sdk/client-sts';
import { AwsEc2QueryProtocol, AwsJson1_0Protocol, AwsJson1_1Protocol, AwsQueryProtocol, AwsRestJsonProtocol, AwsRestXmlProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OperationSchema, ProtocolName, Service } from '#wire/service.ts';
import { createShapes } from '#wire/shape.ts';
import { GetThing$, PutRaw$, PutThing$ } from './rest-schemas.ts';
import { sdkCall, type SdkProtocol } from './sdk-call.ts';
import { fakeService, openEndpoint } from './support.ts';
import { structureValue, type ValueOptions } from './values.ts';

const RUNS = Number(process.env.WIRE_RUNS ?? 40);
const XMLNS = 'http://example.com/doc/2020-01-01/';
const VERSION = '2020-01-01';
const TARGET = 'Fake_20200101';

const JSON_VALUES: ValueOptions = { text: 'any', empty: true };
const REST_JSON_VALUES: ValueOptions = { text: 'any', empty: false };
const XML_VALUES: ValueOptions = { text: 'xml', empty: false };

interface Case {
  readonly protocol: ProtocolName;
  readonly client: SdkProtocol;
  readonly values: ValueOptions;
  readonly schemas: Readonly<Record<string, unknown>>;
}

const settings = { defaultNamespace: 'com.example', errorTypeRegistries: [], xmlNamespace: XMLNS, version: VERSION, serviceTarget: TARGET };
const ecsCalls = { RegisterTaskDefinition: ecs.RegisterTaskDefinition$, RunTask: ecs.RunTask$, DescribeTasks: ecs.DescribeTasks$, CreateService: ecs.CreateService$ };
const stsCalls = { AssumeRole: sts.AssumeRole$, GetCallerIdentity: sts.GetCallerIdentity$ };
const ec2Calls = { DescribeVpcs: ec2.DescribeVpcs$, DescribeNetworkInterfaces: ec2.DescribeNetworkInterfaces$, CreateSecurityGroup: ec2.CreateSecurityGroup$, RunInstances: ec2.RunInstances$ };
const blobCalls = { UploadLayerPart: ecr.UploadLayerPart$, PutLogEvents: cloudwatchLogs.PutLogEvents$, FilterLogEvents: cloudwatchLogs.FilterLogEvents$ };

const CASES: readonly Case[] = [
  { protocol: 'awsJson1_1', client: new AwsJson1_1Protocol(settings as never), values: JSON_VALUES, schemas: { ...ecsCalls, ...blobCalls } },
  { protocol: 'awsJson1_0', client: new AwsJson1_0Protocol(settings as never), values: JSON_VALUES, schemas: ecsCalls },
  { protocol: 'rpcv2Cbor', client: new AwsSmithyRpcV2CborProtocol(settings as never), values: JSON_VALUES, schemas: { ...ecsCalls, ...blobCalls } },
  { protocol: 'awsQuery', client: new AwsQueryProtocol(settings as never), values: XML_VALUES, schemas: { ...stsCalls, ...ecsCalls, ...blobCalls } },
  { protocol: 'ec2Query', client: new AwsEc2QueryProtocol(settings as never), values: XML_VALUES, schemas: ec2Calls },
  { protocol: 'restJson1', client: new AwsRestJsonProtocol(settings as never), values: REST_JSON_VALUES, schemas: { GetThing: GetThing$, PutThing: PutThing$, PutRaw: PutRaw$ } },
  { protocol: 'restXml', client: new AwsRestXmlProtocol(settings as never), values: XML_VALUES, schemas: { GetThing: GetThing$, PutThing: PutThing$, PutRaw: PutRaw$ } },
];

for (const { protocol, client, values, schemas } of CASES) {
  test(`${protocol}: input and output survive the way between the SDK and a handler`, async (t) => {
    let output: unknown;
    const { service, handled } = fakeService(schemas as Record<string, OperationSchema>, serviceFor(protocol), () => output);
    const endpoint = await openEndpoint([service]);
    t.after(() => endpoint.close());
    const shapes = createShapes();
    for (const [name, schema] of Object.entries(schemas)) {
      const shape = shapes.operation(schema as OperationSchema);
      const inputs = structureValue(shape.input, values);
      const outputs = structureValue(shape.output, values);
      await fc.assert(
        fc.asyncProperty(inputs, outputs, async (sent, returned) => {
          output = structuredClone(returned);
          const received = await sdkCall({ protocol: client, port: endpoint.port, signingName: 'fake', serviceName: TARGET, schema: schema as OperationSchema, input: structuredClone(sent) });
          assert.deepEqual(plain(handled.at(-1)?.input), plain(sent), `${name}: input`);
          assert.deepEqual(plain(received), plain(returned), `${name}: output`);
        }),
        { numRuns: RUNS },
      );
    }
    assert.equal(endpoint.observed.filter((seen) => seen.fault).length, 0);
  });
}

function serviceFor(protocol: ProtocolName): Partial<Service<any>> & { protocol: ProtocolName } {
  return { protocol, targetPrefix: TARGET, apiVersion: VERSION, xmlNamespace: XMLNS };
}

/** Bytes as numbers, absent and null members left out: what deepEqual can compare over different byte classes. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== null).map(([key, item]) => [key, plain(item)]));
}
