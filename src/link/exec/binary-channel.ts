// One end of a connection that carries a session's frames: a websocket in earnest (ws-binary-channel.ts), a pair in memory in tests.
// Unlike link/channel.ts it says when it is full, and can be told to wait.

export interface BinaryChannel {
  /** A string goes as a text frame. Lost silently when the connection is gone. */
  send(data: Buffer | string): void;
  /** Bytes that were sent and have not left this process. */
  readonly buffered: number;
  /** Takes no more from the peer until resumed: it is to wait. */
  pause(): void;
  resume(): void;
  close(code?: number, reason?: string): void;
  /** Set once by the owner; what came before waits for it. */
  onMessage: (data: Buffer, isText: boolean) => void;
  /** After a send: bytes have left. */
  onDrain: () => void;
  /** Called once, whoever closed it. */
  onClose: (code: number, reason: string) => void;
}

/** Opens one, with signed headers added by whoever implements it. Rejects when refused or unreachable. */
export type BinaryConnect = (url: string, query: Readonly<Record<string, string>>) => Promise<BinaryChannel>;
