// What LookupEvents can ask about a recorded event, and how an event is shown.
import type { Event, LookupAttribute } from './shapes.ts';

export interface RecordedEvent {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly eventTime: string;
  readonly readOnly: boolean;
  readonly userIdentity: { readonly type: string; readonly userName?: string; readonly principalId?: string; readonly accessKeyId?: string; readonly invokedBy?: string };
  readonly resources?: readonly { readonly ARN: string; readonly type: string }[];
}

export const ATTRIBUTE_KEYS: ReadonlySet<string> = new Set(['EventId', 'EventName', 'ReadOnly', 'Username', 'ResourceType', 'ResourceName', 'EventSource', 'AccessKeyId']);

/** Text that the JSON of every matching event contains. */
export function needleOf({ AttributeKey: key, AttributeValue: value = '' }: LookupAttribute): string {
  const quoted = JSON.stringify(value);
  switch (key) {
    case 'EventId':
      return `"eventID":${quoted}`;
    case 'EventName':
      return `"eventName":${quoted}`;
    case 'EventSource':
      return `"eventSource":${quoted}`;
    case 'ReadOnly':
      return value === 'true' ? '"readOnly":true' : '"readOnly":false';
    case 'AccessKeyId':
      return `"accessKeyId":${quoted}`;
    case 'ResourceType':
      return `"type":${quoted}`;
    case 'Username':
      return value === 'root' ? '"userIdentity"' : quoted.slice(1, -1);
    default:
      return quoted.slice(1, -1);
  }
}

export function matchesAttribute(event: RecordedEvent, { AttributeKey: key, AttributeValue: value = '' }: LookupAttribute): boolean {
  switch (key) {
    case 'EventId':
      return event.eventID === value;
    case 'EventName':
      return event.eventName === value;
    case 'EventSource':
      return event.eventSource === value;
    case 'ReadOnly':
      return String(event.readOnly) === value;
    case 'AccessKeyId':
      return event.userIdentity.accessKeyId === value;
    case 'Username':
      return userNameOf(event) === value;
    case 'ResourceType':
      return event.resources?.some((resource) => resource.type === value) ?? false;
    default:
      return event.resources?.some(({ ARN }) => ARN === value || nameOf(ARN) === value) ?? false;
  }
}

/** `root`, a user's name, a role session's name, or the service that acted. */
function userNameOf({ userIdentity }: RecordedEvent): string | undefined {
  if (userIdentity.type === 'Root') return 'root';
  if (userIdentity.type === 'AssumedRole') return userIdentity.principalId?.split(':')[1];
  return userIdentity.userName ?? userIdentity.invokedBy;
}

/** What comes last in an ARN. */
function nameOf(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
}

export function viewEvent(event: RecordedEvent, json: string): Event {
  const userName = userNameOf(event);
  return {
    EventId: event.eventID,
    EventName: event.eventName,
    ReadOnly: String(event.readOnly),
    EventTime: new Date(event.eventTime),
    EventSource: event.eventSource,
    ...(event.userIdentity.accessKeyId !== undefined && { AccessKeyId: event.userIdentity.accessKeyId }),
    ...(userName !== undefined && { Username: userName }),
    Resources: (event.resources ?? []).map(({ ARN, type }) => ({ ResourceType: type, ResourceName: ARN })),
    CloudTrailEvent: json,
  };
}
