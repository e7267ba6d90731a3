// One end of a message connection between control plane and agent: a websocket in earnest (link/ws-channel.ts),
// a lossy in-memory pair in simulation.

export interface Channel {
  /** Sends one text frame; lost silently when the connection is gone. */
  send(text: string): void;
  close(code?: number, reason?: string): void;
  /** Set once by the owner, before the next turn of the event loop. */
  onMessage: (text: string) => void;
  /** Called once, whoever closed it. */
  onClose: (code: number, reason: string) => void;
}

/** Opens a channel to a URL, with signed headers added by whoever implements it. Rejects when refused or unreachable. */
export type Connect = (url: string, query: Readonly<Record<string, string>>) => Promise<Channel>;
