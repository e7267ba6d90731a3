// Where sessions of ECS Exec come in: a client at `/_ssm/data-channel/<session>`, let in by its token alone, which is its first frame;
// the agent that runs the command at `/_ssm/agent-channel/<session>`, with its host's signature and the ticket it was sent.
import type { Logger } from '#base/logger.ts';
import type { ExecSessions } from '#control/exec/exec-sessions.ts';
import { openBinaryAcceptor } from '#link/exec/ws-binary-channel.ts';
import { refuseUpgrade } from '#link/ws-channel.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { Authenticate } from '#wire/sigv4/authenticator.ts';
import { verifyUpgrade } from '#wire/sigv4/upgrade.ts';
import type { UpgradeHandler } from './front-door.ts';

export interface ExecDoor {
  readonly exec: ExecSessions;
  readonly authenticate: Authenticate;
  readonly log: Logger;
}

const PATH = /^\/_ssm\/(data|agent)-channel\/([a-z0-9-]{1,96})$/;

export function openExecDoor({ exec, authenticate, log }: ExecDoor): UpgradeHandler {
  const acceptor = openBinaryAcceptor();
  return (req, socket, head) => {
    const url = new URL(req.url ?? '', 'http://session');
    const [, end, sessionId = ''] = PATH.exec(url.pathname) ?? [];
    if (end === undefined) return refuseUpgrade(socket, 404, 'ResourceNotFoundException', 'There is nothing to connect to here.');
    // The plugin signs its upgrade; the token says more, so the signature is not looked at.
    if (end === 'data') return acceptor.accept(req, socket, head, (channel) => exec.acceptClient(sessionId, channel));
    const caller = verifyUpgrade(authenticate, req, ['ecs']);
    if (caller instanceof AwsError) return refuseUpgrade(socket, caller.httpStatus, caller.code, caller.message);
    if (!exec.admitAgent(sessionId, url.searchParams.get('ticket') ?? '', caller.caller.arn)) {
      log.warn('agent refused for an exec session', { session: sessionId, principal: caller.caller.arn });
      return refuseUpgrade(socket, 403, 'AccessDeniedException', 'This session is not yours.');
    }
    acceptor.accept(req, socket, head, (channel) => exec.acceptAgent(sessionId, channel));
  };
}
