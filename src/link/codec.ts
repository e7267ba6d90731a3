// Frames of the agent protocol ⇄ text. What cannot be read is an error value: a peer's mistake must never throw here.
import type { AcsToAgent, AgentToAcs, AgentToTcs, TcsToAgent } from './messages.ts';

/** Any one of a direction's frames, told apart by `type`. */
export type FrameOf<Messages> = { readonly [Type in keyof Messages & string]: { readonly type: Type; readonly message: Messages[Type] } }[keyof Messages & string];

export type Decoded<Messages> =
  | { readonly ok: true; readonly frame: FrameOf<Messages> }
  /** `unknown`: well formed, but of a type that is not ours to handle; to be passed over. */
  | { readonly ok: false; readonly kind: 'malformed' | 'unknown'; readonly error: string };

type MemberType = 'string' | 'number' | 'boolean' | 'array' | 'object';
/** Members without which a message means nothing, by type of message. */
type Required<Messages> = { readonly [Type in keyof Messages & string]: Readonly<Partial<Record<keyof Messages[Type] & string, MemberType>>> };

const ACS_TO_AGENT: Required<AcsToAgent> = {
  PayloadMessage: { messageId: 'string', clusterArn: 'string', containerInstanceArn: 'string', tasks: 'array' },
  TaskManifestMessage: { messageId: 'string', timeline: 'number', tasks: 'array' },
  TaskStopVerificationAck: { messageId: 'string', stopTasks: 'array' },
  HeartbeatMessage: { messageId: 'string' },
  IAMRoleCredentialsMessage: { messageId: 'string', taskArn: 'string', roleCredentials: 'object' },
  NetworkStateMessage: { messageId: 'string', number: 'number', vpcIds: 'array', vpcs: 'array' },
  LongshoreExecMessage: { sessionId: 'string', taskArn: 'string', containerName: 'string', command: 'string', path: 'string', ticket: 'string' },
  CloseMessage: {},
  ErrorMessage: {},
  InactiveInstanceException: {},
};

const AGENT_TO_ACS: Required<AgentToAcs> = {
  AckRequest: { messageId: 'string' },
  NackRequest: { messageId: 'string' },
  HeartbeatAckRequest: { messageId: 'string' },
  IAMRoleCredentialsAckRequest: { messageId: 'string' },
  TaskStopVerificationMessage: { messageId: 'string', stopCandidates: 'array' },
  NetworkStateAckRequest: { messageId: 'string', taken: 'boolean' },
};

const AGENT_TO_TCS: Required<AgentToTcs> = {
  PublishMetricsRequest: { metadata: 'object' },
  PublishHealthRequest: { metadata: 'object' },
  PublishInstanceStatusRequest: { metadata: 'object' },
};

const TCS_TO_AGENT: Required<TcsToAgent> = {
  AckPublishMetric: {},
  AckPublishHealth: {},
  AckPublishInstanceStatus: {},
  HeartbeatMessage: {},
};

/** One frame as text. */
export function encodeFrame<Messages, Type extends keyof Messages & string>(type: Type, message: Messages[Type]): string {
  return JSON.stringify({ type, message });
}

/** What the control plane sends on the ACS connection. */
export function decodeAcsToAgent(text: string): Decoded<AcsToAgent> {
  return decode(text, ACS_TO_AGENT);
}

/** What an agent sends on the ACS connection. */
export function decodeAgentToAcs(text: string): Decoded<AgentToAcs> {
  return decode(stripSignature(text), AGENT_TO_ACS);
}

/** What an agent sends on the TCS connection. Amazon's agent puts signed header lines and an empty line before the JSON. */
export function decodeAgentToTcs(text: string): Decoded<AgentToTcs> {
  return decode(stripSignature(text), AGENT_TO_TCS);
}

/** What the control plane sends on the TCS connection. */
export function decodeTcsToAgent(text: string): Decoded<TcsToAgent> {
  return decode(text, TCS_TO_AGENT);
}

// The upgrade was signed and verified; the lines in a frame add nothing, so they are dropped, not verified.
function stripSignature(text: string): string {
  if (text.startsWith('{')) return text;
  const end = /\r?\n\r?\n/.exec(text);
  return end === null ? text : text.slice(end.index + end[0].length);
}

function decode<Messages>(text: string, required: Required<Messages>): Decoded<Messages> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed('not JSON');
  }
  if (!isObject(value) || typeof value['type'] !== 'string') return malformed('a frame has a type and a message');
  const type = value['type'];
  const members = Object.hasOwn(required, type) ? required[type as keyof Messages & string] : undefined;
  if (members === undefined) return { ok: false, kind: 'unknown', error: `message type ${type}` };
  const message = value['message'] ?? {};
  if (!isObject(message)) return malformed(`${type}: message is not an object`);
  for (const [name, expected] of Object.entries(members)) {
    if (typeOf(message[name]) !== expected) return malformed(`${type}: ${name} is not of type ${String(expected)}`);
  }
  return { ok: true, frame: { type, message } as unknown as FrameOf<Messages> };
}

function malformed(error: string): { readonly ok: false; readonly kind: 'malformed'; readonly error: string } {
  return { ok: false, kind: 'malformed', error };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}
