// What becomes of a session's row without anybody's doing: nobody came with its token, or it is history.
import type { Plan } from '../task/plan.ts';
import type { ExecSession } from '#model/exec-session.ts';

export type SessionAction = { readonly kind: 'end'; readonly id: string; readonly reason: string } | { readonly kind: 'forget'; readonly id: string };

/** As long as Session Manager's history. */
export const SESSION_KEPT_MS = 30 * 24 * 3_600_000;

export function planSession(session: ExecSession, now: number): Plan<SessionAction> {
  const { id, status } = session;
  if (status === 'CONNECTED') return { actions: [], why: 'it has a client' };
  if (status === 'WAITING' && session.terminatedBy !== undefined) return { actions: [{ kind: 'end', id, reason: 'The session was terminated.' }], why: 'somebody ended it' };
  const wakeAt = status === 'WAITING' ? session.token.expiresAt : (session.endedAt ?? session.createdAt) + SESSION_KEPT_MS;
  if (now < wakeAt) return { actions: [], wakeAt, why: 'kept for now' };
  if (status === 'ENDED') return { actions: [{ kind: 'forget', id }], why: 'it ended a month ago' };
  return { actions: [{ kind: 'end', id, reason: 'nobody connected in time' }], why: 'its token has expired' };
}

/** The row of a session that is over. The first reason stays. */
export function endedSession(session: ExecSession, end: { readonly reason: string; readonly exitCode?: number | undefined }, nowMs: number): ExecSession {
  if (session.status === 'ENDED') return session;
  return { ...session, status: 'ENDED', endedAt: nowMs, endReason: end.reason, ...(end.exitCode !== undefined && { exitCode: end.exitCode }) };
}

/** Whether a token with this digest may open the session's channel now. */
export function opens(session: ExecSession, nowMs: number): boolean {
  return session.status !== 'ENDED' && session.terminatedBy === undefined && nowMs < session.token.expiresAt && session.usedDigest !== session.token.digest;
}
