// Two REST operations in the SDK's schema notation that use every HTTP binding, because no client of the project's speaks REST yet.
import type { OperationSchema } from '#wire/service.ts';

const NS = 'com.example';
const Nested$ = [3, NS, 'Nested', 0, ['Name', 'When', 'Numbers'], [0, 4, 64 | 1]];

const PutThingRequest$ = [
  3, NS, 'PutThingRequest', 0,
  ['Bucket', 'Key', 'Flag', 'Tags', 'Etag', 'Since', 'Meta', 'Name', 'Nested', 'Blob'],
  [[0, 1], [0, 1], [2, { httpQuery: 'flag' }], [64 | 0, { httpQuery: 'tag' }], [0, { httpHeader: 'X-Etag' }], [4, { httpHeader: 'X-Since' }], [128 | 0, { httpPrefixHeaders: 'X-Meta-' }], [0, { jsonName: 'the_name' }], () => Nested$, 21],
  2,
];
const PutThingResponse$ = [
  3, NS, 'PutThingResponse', 0,
  ['Etag', 'Modified', 'Status', 'Name', 'Nested', 'Map'],
  [[0, { httpHeader: 'X-Etag' }], [4, { httpHeader: 'X-Modified' }], [1, { httpResponseCode: 1 }], [0, { jsonName: 'the_name' }], () => Nested$, 128 | 1],
];
const GetThingRequest$ = [3, NS, 'GetThingRequest', 0, ['Bucket', 'Max', 'Extra'], [[0, 1], [1, { httpQuery: 'max' }], [128 | 0, { httpQueryParams: 1 }]], 1];
const GetThingResponse$ = [3, NS, 'GetThingResponse', 0, ['Etag', 'Thing'], [[0, { httpHeader: 'X-Etag' }], [() => Nested$, { httpPayload: 1, xmlName: 'Thing' }]]];
const PutRawRequest$ = [3, NS, 'PutRawRequest', 0, ['Bucket', 'Path', 'Body'], [[0, 1], [0, 1], [21, { httpPayload: 1 }]], 2];
const PutRawResponse$ = [3, NS, 'PutRawResponse', 0, ['Etag', 'Body'], [[0, { httpHeader: 'X-Etag' }], [21, { httpPayload: 1 }]]];

export const PutThing$ = [9, NS, 'PutThing', { http: ['PUT', '/things/{Bucket}/{Key}', 200] }, () => PutThingRequest$, () => PutThingResponse$] as unknown as OperationSchema;
export const GetThing$ = [9, NS, 'GetThing', { http: ['GET', '/things/{Bucket}', 200] }, () => GetThingRequest$, () => GetThingResponse$] as unknown as OperationSchema;
export const PutRaw$ = [9, NS, 'PutRaw', { http: ['PUT', '/raw/{Bucket}/{Path+}?raw', 201] }, () => PutRawRequest$, () => PutRawResponse$] as unknown as OperationSchema;
