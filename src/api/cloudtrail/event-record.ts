// The record of one call, as CloudTrail writes it: JSON text of version 1.11 of its record format.
// Source: "CloudTrail record contents for management, data, and network activity events" in the CloudTrail user guide.
import type { Caller } from '#wire/call.ts';
import type { Done } from '#wire/server.ts';
import type { Service } from '#wire/service.ts';
import { createParameterWriter, HIDDEN, quote, TOO_LARGE, withoutSecrets, writeSummary, type ParameterWriter } from './parameters.ts';
import { resourceType } from './resource-type.ts';
import { renderUserIdentity, renderWebIdentity } from './user-identity.ts';

/** Operations that bring or fetch bytes, or that hosts call all the time: CloudTrail's data events, which are not in the event history. */
const NOT_RECORDED: ReadonlySet<string> = new Set([
  'logs:PutLogEvents', 'logs:GetLogEvents', 'logs:FilterLogEvents', 'logs:StartLiveTail', 'ecr:UploadLayerPart',
  's3:GetObject', 's3:HeadObject', 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjects', 's3:ListObjects', 's3:ListObjectsV2', 's3:UploadPart', 's3:CopyObject',
  's3:CreateMultipartUpload', 's3:CompleteMultipartUpload', 's3:AbortMultipartUpload', 's3:ListParts', 's3:HeadBucket',
  'monitoring:PutMetricData', 'monitoring:GetMetricData', 'cloudwatch:PutMetricData', 'cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'monitoring:GetMetricStatistics',
]);

/** What a host's agent calls that is worth a record: the rest are reports of what containers do, thousands an hour. */
export const RECORDED_OF_AGENTS: ReadonlySet<string> = new Set(['RegisterContainerInstance', 'DeregisterContainerInstance', 'UpdateContainerInstancesState', 'GetAuthorizationToken']);

const READ = /^(Describe|Get|List|Lookup|Search|Filter|Head|BatchGet|BatchCheck|Simulate|Test|Validate|Discover|Decrypt|Encrypt|ReEncrypt|Generate|AssumeRole|Detect|Preview|Estimate|Query)/;
/** Members that are secrets of one service only. */
const SERVICE_SECRETS: Readonly<Record<string, ReadonlySet<string>>> = { ssm: new Set(['value']) };
/** CloudTrail leaves out what is larger; of reads, most of which are lists of ids, we keep less. */
const MAX_LENGTH = 100_000;
const MAX_READ_LENGTH = 1_000;
/** Answers that are larger are cut down to what they name: a RunTask of ten tasks answers 12 kB. */
const MAX_ANSWER_LENGTH = 600;
const MAX_RESOURCES = 5;
const COLON = 58;
const ACCOUNT = /^\d{12}$/;

export function isRecorded(service: Service, operation: string): boolean {
  return !NOT_RECORDED.has(`${service.name}:${operation}`);
}

export function isReadOnly(operation: string): boolean {
  return READ.test(operation);
}

export interface EventRecords {
  /** JSON text. @param eventId UUID */
  render(done: Done, eventId: string): string;
}

/** Renders records; keeps the texts of callers it sees again. */
export function createEventRecords(): EventRecords {
  const writer = createParameterWriter();
  const identities = new WeakMap<Caller, string>();
  let second = -1;
  let time = '';

  const identityOf = (done: Done): string => {
    const { caller } = done.call;
    if (caller.account === '') return renderWebIdentity((done.output ?? {}) as object);
    let text = identities.get(caller);
    if (text === undefined) identities.set(caller, (text = renderUserIdentity(caller)));
    return text;
  };

  const timeOf = (now: number): string => {
    const of = Math.floor(now / 1_000);
    if (of !== second) [second, time] = [of, `${new Date(of * 1_000).toISOString().slice(0, 19)}Z`];
    return time;
  };

  return {
    render(done, eventId) {
      const { service, operation, call, error } = done;
      const readOnly = isReadOnly(operation);
      const hidden: string[] = [];
      const secrets = SERVICE_SECRETS[service.name];
      const request = writer.write(done.input, secrets, hidden, readOnly ? MAX_READ_LENGTH : MAX_LENGTH);
      const response = error === undefined && (!readOnly || service.name === 'sts') ? answerOf(writer, done, secrets, hidden) : 'null';
      const failure = error === undefined ? '' : `,"errorCode":${JSON.stringify(error.code)},"errorMessage":${JSON.stringify(request === TOO_LARGE ? HIDDEN : withoutSecrets(error.message, hidden))}`;
      const tls = call.baseUrl.startsWith('https:') ? ',"tlsDetails":{"clientProvidedHostHeader":' + JSON.stringify(call.baseUrl.slice(8)) + '}' : '';
      return (
        `{"eventVersion":"1.11","userIdentity":${identityOf(done)},"eventTime":"${timeOf(call.now)}","eventSource":"${service.signingNames[0]}.amazonaws.com",` +
        `"eventName":"${operation}","awsRegion":${quote(call.region)},"sourceIPAddress":${quote(plainAddress(call.sourceIp))},"userAgent":${quote(call.userAgent)}${failure},` +
        `"requestParameters":${request},"responseElements":${response},"requestID":"${call.requestId}","eventID":"${eventId}","readOnly":${readOnly}${resources(done)},` +
        `"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"${call.caller.account}","eventCategory":"Management"${tls}}`
      );
    },
  };
}

function answerOf(writer: ParameterWriter, { output }: Done, secrets: ReadonlySet<string> | undefined, hidden: string[]): string {
  if (hasList(output)) return writeSummary(output);
  const text = writer.write(output, secrets, hidden, MAX_ANSWER_LENGTH);
  return text === TOO_LARGE ? writeSummary(output) : text;
}

/** Several things in one answer: it is not worth trying to write them whole. */
function hasList(output: unknown): boolean {
  for (const key in output as object) {
    const member = (output as Record<string, unknown>)[key];
    if (Array.isArray(member) && member.length > 1 && typeof member[0] === 'object') return true;
  }
  return false;
}

/** What IAM was asked about: the ARNs that the input names. */
function resources({ service, operation, input, context, call }: Done): string {
  const named = context === undefined ? undefined : service.access?.[operation]?.resources?.(input, context);
  if (named === undefined || named.length === 0) return '';
  let items = '';
  for (let i = 0; i < named.length && i < MAX_RESOURCES; i++) {
    const arn = named[i] as string;
    if (!arn.startsWith('arn:')) continue;
    items += `${items === '' ? '' : ','}{"ARN":${quote(arn)},"accountId":"${accountOf(arn) || call.caller.account}","type":"${resourceType(arn)}"}`;
  }
  return items === '' ? '' : `,"resources":[${items}]`;
}

/** Only digits get through: what a client calls an ARN may hold anything. */
function accountOf(arn: string): string {
  let at = 4;
  for (let field = 1; field < 4; field++) at = arn.indexOf(':', at) + 1 || arn.length;
  return arn.charCodeAt(at + 12) === COLON && ACCOUNT.test(arn.slice(at, at + 12)) ? arn.slice(at, at + 12) : '';
}

/** IPv4 addresses of a socket that speaks both come as `::ffff:10.0.0.1`. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** Credentials of a role that a service took for what it runs. */
export interface ServiceAssumption {
  /** `ecs-tasks.amazonaws.com` */
  readonly service: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly seconds: number;
  /** Of the credentials: later calls of the task are found by it. */
  readonly accessKeyId: string;
  readonly now: number;
}

/** JSON text of the AssumeRole that nobody called. @param eventId UUID */
export function renderAssumption(of: ServiceAssumption, eventId: string): string {
  const ends = new Date(of.now + of.seconds * 1_000).toISOString();
  return JSON.stringify({
    eventVersion: '1.11', userIdentity: { type: 'AWSService', invokedBy: of.service }, eventTime: `${new Date(of.now).toISOString().slice(0, 19)}Z`, eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole',
    awsRegion: of.region, sourceIPAddress: of.service, userAgent: of.service,
    requestParameters: { roleArn: of.roleArn, roleSessionName: of.sessionName, durationSeconds: of.seconds }, responseElements: { credentials: { accessKeyId: of.accessKeyId, sessionToken: HIDDEN, expiration: ends } },
    requestID: eventId, eventID: eventId, readOnly: true, resources: [{ ARN: of.roleArn, accountId: of.account, type: 'AWS::IAM::Role' }],
    eventType: 'AwsApiCall', managementEvent: true, recipientAccountId: of.account, eventCategory: 'Management',
  });
}
