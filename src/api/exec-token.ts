// What ExecuteCommand and ResumeSession hand to a client: a token that opens a session's channel once, and where that is.
import { createHash } from 'node:crypto';
import type { Random } from '#base/random.ts';
import type { ExecToken } from '#model/exec-session.ts';

/** How long it is good for: the AWS CLI connects at once. */
const TOKEN_MS = 120_000;
const TOKEN_BYTES = 96;
const ID_CHARS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 26;

/** `text` is for the client alone, `token` for the row. */
export function newToken(ctx: { readonly random: Random; readonly now: number }): { readonly text: string; readonly token: ExecToken } {
  const text = Buffer.from(ctx.random.bytes(TOKEN_BYTES)).toString('base64');
  return { text, token: { digest: createHash('sha256').update(text).digest('hex'), expiresAt: ctx.now + TOKEN_MS } };
}

/** `ecs-execute-command-794nnsxobsg4p2hiur6gxu9a9e` */
export function newSessionId(random: Random): string {
  const chars = Array.from({ length: ID_LENGTH }, () => ID_CHARS[Math.floor(random.next() * ID_CHARS.length)]);
  return `ecs-execute-command-${chars.join('')}`;
}

/** `ws://127.0.0.1:4566/_ssm/data-channel/<id>?role=publish_subscribe`: on the host that the caller knows us by. */
export function streamUrl(call: { readonly baseUrl: string }, sessionId: string): string {
  return `${call.baseUrl.replace(/^http/, 'ws')}/_ssm/data-channel/${sessionId}?role=publish_subscribe`;
}
