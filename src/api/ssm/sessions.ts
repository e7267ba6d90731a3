// Session Manager as far as ECS Exec's sessions need it: ResumeSession and TerminateSession, which session-manager-plugin calls, and
// DescribeSessions, which tells who ran what.
import { execSessions, sessionTarget, type ExecSession } from '#model/exec-session.ts';
import { newToken, streamUrl } from '../exec-token.ts';
import type { ApiContext } from '../context.ts';
import { checkLimits } from '../limits.ts';
import { listPage } from '../list-page.ts';
import { invalidNextToken, sessionNotFound } from './errors.ts';
import type {
  DescribeSessionsRequest, DescribeSessionsResponse, ResumeSessionRequest, ResumeSessionResponse, Session, SessionStatus, TerminateSessionRequest, TerminateSessionResponse,
} from './shapes.ts';

const ID = { minLength: 1, maxLength: 96 };
const FILTER_KEYS = ['InvokedAfter', 'InvokedBefore', 'Target', 'Owner', 'Status', 'SessionId', 'AccessType'];
const STATUSES: Readonly<Record<ExecSession['status'], SessionStatus>> = { WAITING: 'Connecting', CONNECTED: 'Connected', ENDED: 'Terminated' };
const MAX_PAGE = 200;

/** A session that is over is answered without a token: the plugin says so and ends. Throws DoesNotExistException. */
export function resumeSession(input: ResumeSessionRequest, ctx: ApiContext): ResumeSessionResponse {
  checkLimits([input.SessionId, 'sessionId', ID]);
  const { text, token } = newToken(ctx);
  return ctx.store.transact((tx) => {
    const session = own(tx.get(execSessions, input.SessionId ?? ''), ctx);
    if (session.status === 'ENDED' || session.terminatedBy !== undefined) return { SessionId: session.id };
    tx.put(execSessions, { ...session, token });
    return { SessionId: session.id, TokenValue: text, StreamUrl: streamUrl(ctx.call, session.id) };
  });
}

/** The session's keeper ends it. Ending what has ended is fine. Throws DoesNotExistException. */
export function terminateSession(input: TerminateSessionRequest, ctx: ApiContext): TerminateSessionResponse {
  checkLimits([input.SessionId, 'sessionId', ID]);
  return ctx.store.transact((tx) => {
    const session = own(tx.get(execSessions, input.SessionId ?? ''), ctx);
    if (session.status !== 'ENDED') tx.put(execSessions, { ...session, terminatedBy: ctx.call.caller.arn });
    return { SessionId: session.id };
  });
}

export function describeSessions(input: DescribeSessionsRequest, ctx: ApiContext): DescribeSessionsResponse {
  checkLimits(
    [input.State, 'state', { oneOf: ['Active', 'History'] }],
    [input.MaxResults, 'maxResults', { minValue: 1, maxValue: MAX_PAGE }],
    ...(input.Filters ?? []).map(({ key }, i) => [key, `filters.${i + 1}.member.key`, { oneOf: FILTER_KEYS }] as const),
  );
  const scope = `${ctx.account}/${ctx.region}|${input.State === 'History' ? 'ended' : 'open'}`;
  const rows = [...ctx.store.by(execSessions, 'scope', scope)].filter((session) => (input.Filters ?? []).every(({ key, value }) => matches(session, key ?? '', value ?? '')));
  // The newest first.
  const order = (session: ExecSession): string => `${String(Number.MAX_SAFE_INTEGER - session.createdAt).padStart(17, '0')}/${session.id}`;
  const { rows: page, nextToken } = listPage(`sessions/${scope}`, rows, order, input.MaxResults ?? MAX_PAGE, input.NextToken, invalidNextToken);
  return { Sessions: page.map(view), ...(nextToken !== undefined && { NextToken: nextToken }) };
}

function own(session: ExecSession | undefined, ctx: ApiContext): ExecSession {
  if (session === undefined || session.account !== ctx.account || session.region !== ctx.region) throw sessionNotFound();
  return session;
}

function matches(session: ExecSession, key: string, value: string): boolean {
  switch (key) {
    case 'InvokedAfter':
      return session.createdAt > Date.parse(value);
    case 'InvokedBefore':
      return session.createdAt < Date.parse(value);
    case 'Target':
      return sessionTarget(session) === value;
    case 'Owner':
      return session.owner === value;
    case 'Status':
      return STATUSES[session.status] === value;
    case 'SessionId':
      return session.id === value;
    default:
      return value === 'Standard';
  }
}

function view(session: ExecSession): Session {
  const { id, status, owner, command, containerName, createdAt, endedAt, endReason, log } = session;
  return {
    SessionId: id,
    Target: sessionTarget(session),
    Status: STATUSES[status],
    StartDate: new Date(createdAt),
    ...(endedAt !== undefined && { EndDate: new Date(endedAt) }),
    DocumentName: 'AmazonECS-ExecuteInteractiveCommand',
    Owner: owner,
    Reason: `${containerName}: ${command}`,
    ...(endReason !== undefined && endReason !== '' && { Details: endReason }),
    ...(log !== undefined && { OutputUrl: { CloudWatchOutputUrl: `${log.group}:${id}` } }),
    AccessType: 'Standard',
  };
}
