// Sessions of ECS Exec that nobody came for end, and those that ended long ago are forgotten. Keys: session ids.
import { endedSession, planSession, type SessionAction } from '#core/exec/plan-session.ts';
import { execSessions, type ExecSession } from '#model/exec-session.ts';
import { reconciler } from '../reconciler.ts';

export const execSessionLifecycle = reconciler<ExecSession, SessionAction>({
  name: 'exec-sessions',
  *keysAtStart(reader) {
    for (const session of reader.by(execSessions, 'all', 'all')) yield session.id;
  },
  *keysOf({ table, key, after }) {
    if (table.name === execSessions.name && after !== undefined) yield key;
  },
  load: (reader, key) => reader.get(execSessions, key),
  plan: planSession,
  apply(tx, action, now) {
    const session = tx.get(execSessions, action.id);
    if (session === undefined) return;
    if (action.kind === 'forget') tx.delete(execSessions, action.id);
    else tx.put(execSessions, endedSession(session, { reason: action.reason }, now));
  },
});
