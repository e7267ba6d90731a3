// The JSON that some payloads of the data channel are, in both directions; members as session-manager-plugin and amazon-ssm-agent name them.
// Members of ours, which their side ignores, are marked LONGSHORE.

/** A client's first frame, as text: it names the session's token. */
export interface OpenDataChannel {
  readonly MessageSchemaVersion: '1.0';
  readonly RequestId: string;
  readonly TokenValue: string;
  readonly ClientId: string;
  readonly ClientVersion?: string;
}

export interface Acknowledgement {
  readonly AcknowledgedMessageType: string;
  readonly AcknowledgedMessageId: string;
  readonly AcknowledgedMessageSequenceNumber: number;
  readonly IsSequentialMessage: boolean;
}

export interface ChannelClosed {
  readonly MessageId: string;
  /** Epoch milliseconds as text. */
  readonly CreatedDate: string;
  readonly DestinationId: string;
  readonly SessionId: string;
  readonly MessageType: 'channel_closed';
  readonly SchemaVersion: 1;
  /** Shown to the user; empty for an ordinary end. */
  readonly Output: string;
}

export interface HandshakeRequest {
  readonly AgentVersion: string;
  readonly RequestedClientActions: readonly {
    readonly ActionType: 'SessionType' | 'KMSEncryption';
    readonly ActionParameters: unknown;
  }[];
}

export interface HandshakeResponse {
  readonly ClientVersion: string;
  readonly ProcessedClientActions: readonly {
    readonly ActionType: string;
    /** 1 success, 2 failed, 3 unsupported. */
    readonly ActionStatus: number;
    readonly ActionResult: unknown;
    readonly Error: string;
  }[];
  readonly Errors: readonly string[] | null;
  /** LONGSHORE: our own client. Without a terminal its streams are plain bytes; it wants standard error apart and the exit code. */
  readonly Longshore?: { readonly Tty: boolean };
}

export interface HandshakeComplete {
  /** Nanoseconds, as Go writes a duration. */
  readonly HandshakeTimeToComplete: number;
  readonly CustomerMessage: string;
}

export interface SizeData {
  readonly cols: number;
  readonly rows: number;
}

/** Values of a `flag` payload, four bytes. */
export const FLAG = {
  terminateSession: 2,
  /** LONGSHORE: the client's standard input has ended. */
  endOfInput: 0x4c53_0001,
} as const;

/** What an agent tells the control plane of a session, as text frames beside the session's own. */
export type AgentNote =
  /** Everything was delivered; `output` is for the user. */
  { readonly kind: 'ended'; readonly output: string; readonly exitCode?: number };

/** The other way: the client is away, or back on another connection. */
export type ControlNote = { readonly kind: 'pause' } | { readonly kind: 'start' } | { readonly kind: 'end'; readonly reason: string };

/** JSON of an object, or undefined. Nothing is said of its members. */
export function parseObject<T>(bytes: Uint8Array): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Partial<T>) : undefined;
  } catch {
    return undefined;
  }
}

export function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** `{"cols":80,"rows":24}`, each within what a terminal can be. */
export function parseSize(bytes: Uint8Array): SizeData | undefined {
  const { cols, rows } = parseObject<SizeData>(bytes) ?? {};
  const fits = (n: unknown): n is number => Number.isInteger(n) && (n as number) > 0 && (n as number) <= 0xffff;
  return fits(cols) && fits(rows) ? { cols, rows } : undefined;
}
