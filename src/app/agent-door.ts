// Where websockets come in: agents' at `/_acs/ws` (orders) and `/_tcs/ws` (telemetry), signed like any call; sessions of ECS Exec below `/_ssm/`.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '#base/logger.ts';
import type { ConnectingAgent, Control } from '#control/control.ts';
import { parseUpgradeQuery } from '#link/upgrade.ts';
import { openWebSocketAcceptor, refuseUpgrade } from '#link/ws-channel.ts';
import { openExecDoor } from './exec-door.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { Authenticate } from '#wire/sigv4/authenticator.ts';
import { verifyUpgrade } from '#wire/sigv4/upgrade.ts';

export interface AgentDoor {
  readonly authenticate: Authenticate;
  readonly control: Control;
  /** The machine that the host with this key joined from; undefined for keys of no joined host. */
  readonly joinedMachine: (accessKeyId: string) => string | undefined;
  readonly log: Logger;
}

/** Handles the server's upgrades; anything else is refused. */
export function acceptAgents(server: Server, door: AgentDoor): void {
  const acceptor = openWebSocketAcceptor();
  const acceptExec = openExecDoor({ ...door, exec: door.control.exec });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A connection that breaks before the handshake is nobody's loss.
    socket.on('error', () => socket.destroy());
    const path = (req.url ?? '').split('?', 1)[0];
    if (path?.startsWith('/_ssm/')) return acceptExec(req, socket, head);
    if (path !== '/_acs/ws' && path !== '/_tcs/ws') return refuseUpgrade(socket, 404, 'ResourceNotFoundException', 'There is nothing to connect to here.');
    const caller = verifyUpgrade(door.authenticate, req, ['ecs']);
    if (caller instanceof AwsError) return refuseUpgrade(socket, caller.httpStatus, caller.code, caller.message);
    const upgrade = parseUpgradeQuery(new URL(req.url ?? '', 'http://agent').searchParams);
    if (upgrade === undefined) return refuseUpgrade(socket, 400, 'InvalidParameterException', 'containerInstanceArn is required.');
    const joinedMachine = door.joinedMachine(caller.caller.accessKeyId);
    const agent: ConnectingAgent = { ...upgrade, principalArn: caller.caller.arn, ...(joinedMachine !== undefined && { joinedMachine }) };
    const admission = door.control.admit(agent);
    if (!admission.ok) {
      door.log.warn('agent refused', { type: admission.type, message: admission.message });
      return refuseUpgrade(socket, admission.httpStatus, admission.type, admission.message);
    }
    acceptor.accept(req, socket, head, (channel) => {
      if (path === '/_acs/ws') door.control.acceptAcs(channel, agent);
      else door.control.acceptTcs(channel, agent);
    });
  });
}
