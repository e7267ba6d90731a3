// One frame of an SSM session's data channel ⇄ bytes, as session-manager-plugin and amazon-ssm-agent lay it out (public: their
// message and contracts packages). Numbers are big-endian. What cannot be read is an error value: a peer's mistake never throws here.
//
//   offset  bytes
//   0       4      header length: 116, all that comes before the payload's length
//   4       32     message type, UTF-8, padded with spaces
//   36      4      schema version: 1
//   40      8      created, epoch milliseconds
//   48      8      sequence number, from 0 in each direction; 0 in messages that are not stream data
//   56      8      flags: bit 0 SYN, bit 1 FIN
//   64      16     message id, a UUID with its second half first
//   80      32     SHA-256 of the payload
//   112     4      payload type
//   116     4      payload length
//   120     …      payload
import { createHash } from 'node:crypto';

export const MESSAGE_TYPES = ['input_stream_data', 'output_stream_data', 'acknowledge', 'channel_closed', 'start_publication', 'pause_publication'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** What the payload of stream data is. Terminal output and keyboard input are both `output`. */
export const PAYLOAD = {
  none: 0,
  output: 1,
  error: 2,
  size: 3,
  parameter: 4,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  encryptionChallengeRequest: 8,
  encryptionChallengeResponse: 9,
  flag: 10,
  stderr: 11,
  exitCode: 12,
} as const;

export interface AgentMessage {
  /** One of MESSAGE_TYPES, or of a type that is not ours to handle. */
  readonly messageType: string;
  readonly schemaVersion: number;
  /** Epoch milliseconds */
  readonly createdDate: number;
  readonly sequenceNumber: number;
  readonly flags: number;
  /** UUID, lower case, with hyphens. */
  readonly messageId: string;
  readonly payloadType: number;
  readonly payload: Uint8Array;
}

export type DecodedMessage =
  | { readonly ok: true; readonly message: AgentMessage }
  /** `digest`: well formed, but its payload is not what was sent: to be passed over, it comes again. */
  | { readonly ok: false; readonly kind: 'malformed' | 'digest'; readonly error: string };

const TYPE_BYTES = 32;
const HEADER_BYTES = 116;
const PAYLOAD_AT = HEADER_BYTES + 4;
/** MGS's own limit is not public; the longest frame that the known clients and agents send is far below. */
export const MAX_FRAME_BYTES = 256 * 1024;

/** @throws RangeError when the type has more than 32 bytes: our own mistake. */
export function encodeAgentMessage(message: AgentMessage): Buffer {
  const { payload } = message;
  const frame = Buffer.alloc(PAYLOAD_AT + payload.length);
  frame.writeUInt32BE(HEADER_BYTES, 0);
  frame.fill(0x20, 4, 4 + TYPE_BYTES);
  if (Buffer.byteLength(message.messageType) > TYPE_BYTES) throw new RangeError(`message type ${message.messageType}`);
  frame.write(message.messageType, 4, TYPE_BYTES, 'utf8');
  frame.writeUInt32BE(message.schemaVersion, 36);
  frame.writeBigUInt64BE(BigInt(message.createdDate), 40);
  frame.writeBigInt64BE(BigInt(message.sequenceNumber), 48);
  frame.writeBigUInt64BE(BigInt(message.flags), 56);
  const id = Buffer.from(message.messageId.replaceAll('-', ''), 'hex');
  id.copy(frame, 64, 8, 16);
  id.copy(frame, 72, 0, 8);
  sha256(payload).copy(frame, 80);
  frame.writeUInt32BE(message.payloadType, 112);
  frame.writeUInt32BE(payload.length, 116);
  frame.set(payload, PAYLOAD_AT);
  return frame;
}

/** The payload is a view of `frame`, not a copy. */
export function decodeAgentMessage(frame: Buffer): DecodedMessage {
  if (frame.length < PAYLOAD_AT) return malformed(`a frame has at least ${PAYLOAD_AT} bytes, not ${frame.length}`);
  if (frame.length > MAX_FRAME_BYTES) return malformed(`a frame has at most ${MAX_FRAME_BYTES} bytes, not ${frame.length}`);
  // A later version may have more in its header: what is known of it lies at the same places.
  const payloadAt = frame.readUInt32BE(0) + 4;
  if (payloadAt < PAYLOAD_AT || payloadAt > frame.length) return malformed(`header length ${payloadAt - 4}`);
  const payload = frame.subarray(payloadAt);
  if (frame.readUInt32BE(116) !== payload.length) return malformed(`payload length ${frame.readUInt32BE(116)}, but ${payload.length} bytes follow`);
  const messageType = frame.toString('utf8', 4, 4 + TYPE_BYTES).replaceAll('\0', '').trim();
  const createdDate = Number(frame.readBigUInt64BE(40));
  const sequenceNumber = Number(frame.readBigInt64BE(48));
  const flags = Number(frame.readBigUInt64BE(56));
  if (messageType === '') return malformed('no message type');
  if (![createdDate, sequenceNumber, flags].every(Number.isSafeInteger)) return malformed('a number beyond 2^53');
  // Amazon's checks: a payload that is not empty must be what was sent.
  if (payload.length > 0 && !sha256(payload).equals(frame.subarray(80, 112))) return { ok: false, kind: 'digest', error: 'the payload is not what its digest says' };
  return {
    ok: true,
    message: { messageType, schemaVersion: frame.readUInt32BE(36), createdDate, sequenceNumber, flags, messageId: messageIdAt(frame), payloadType: frame.readUInt32BE(112), payload },
  };
}

function messageIdAt(frame: Buffer): string {
  const hex = frame.toString('hex', 72, 80) + frame.toString('hex', 64, 72);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function malformed(error: string): DecodedMessage {
  return { ok: false, kind: 'malformed', error };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
