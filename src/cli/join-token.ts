// `join-token create|list|revoke` and `hosts list|evict`: who may join over the network, and who did.
import { parseArgs } from 'node:util';
import { callAdmin } from './admin-call.ts';
import type { Credentials } from './credentials.ts';
import { OperatorError } from './local-platform.ts';
import { renderDuration } from './status.ts';

export interface JoinCommand {
  readonly credentials: Credentials;
  readonly args: readonly string[];
  readonly now: number;
  readonly say: (line: string) => void;
}

interface TokenView {
  readonly id: string;
  readonly state: string;
  readonly cluster: string;
  readonly pool: string;
  readonly expiresAt: number;
  readonly usedBy?: string;
  readonly usedFrom?: string;
}

interface Created extends TokenView {
  readonly token: string;
  readonly server: string;
  readonly fingerprint: string;
}

interface HostView {
  readonly id: string;
  readonly name: string;
  readonly cluster: string;
  readonly joinedFrom: string;
  readonly certificateExpiresAt: number;
  readonly agentVersion: string;
  readonly containerInstanceArn?: string;
  readonly agentConnected?: boolean;
}

type Told<T> = T & { readonly error?: string };

const TOKEN_USAGE = 'join-token create [--cluster NAME] [--ttl 1h] [--pool fargate], join-token list, or join-token revoke ID';
const TTL_UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `create` prints the command for the other host: its token is shown this once. */
export async function joinToken({ credentials, args, now, say }: JoinCommand): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { cluster: { type: 'string', default: 'default' }, ttl: { type: 'string', default: '1h' }, pool: { type: 'string', default: 'cluster' } },
  });
  const [verb, id] = positionals;
  if (verb === 'create' && id === undefined) {
    const { cluster, pool } = values;
    const made = checked(await callAdmin<Told<Created>>(credentials, 'POST', '/_admin/join-tokens', { cluster, pool, ttlMs: parseTtl(values.ttl) }));
    say(`# lets one host into ${pool === 'fargate' ? 'the Fargate pool' : `cluster ${cluster}`} within ${renderDuration(made.expiresAt - now)}; shown this once. On that host, in a clone of Longshore:`);
    say(`./longshore agent --server ${made.server} --cluster ${cluster} --token ${made.token}`);
    return 0;
  }
  if (verb === 'list' && id === undefined) {
    const { tokens } = checked(await callAdmin<Told<{ tokens: TokenView[] }>>(credentials, 'GET', '/_admin/join-tokens'));
    for (const token of tokens) say(`${token.id}  ${token.state.padEnd(7)}  ${token.pool === 'fargate' ? 'the Fargate pool' : token.cluster}  ${fate(token, now)}`.trimEnd());
    return 0;
  }
  if (verb === 'revoke' && id !== undefined) {
    checked(await callAdmin<Told<object>>(credentials, 'DELETE', `/_admin/join-tokens/${encodeURIComponent(id)}`));
    say(`join token ${id} lets nobody in any more`);
    return 0;
  }
  throw new OperatorError(TOKEN_USAGE);
}

/** Hosts that joined over the network; those given keys by hand are container instances like any other, but are not listed here. */
export async function hosts({ credentials, args, now, say }: JoinCommand): Promise<number> {
  const [verb, id, ...rest] = args;
  if (verb === 'list' && id === undefined) {
    const { hosts: list } = checked(await callAdmin<Told<{ hosts: HostView[] }>>(credentials, 'GET', '/_admin/hosts'));
    for (const host of list) {
      const link = host.containerInstanceArn === undefined ? 'not registered' : host.agentConnected === true ? 'connected' : 'AWAY';
      say(`${host.id}  ${host.name}  ${host.cluster}  ${link}  from ${host.joinedFrom}  agent ${host.agentVersion}  certificate for ${renderDuration(Math.max(0, host.certificateExpiresAt - now))}  ${host.containerInstanceArn ?? ''}`.trimEnd());
    }
    return 0;
  }
  if (verb === 'evict' && id !== undefined && rest.length === 0) {
    const { name } = checked(await callAdmin<Told<{ name: string }>>(credentials, 'DELETE', `/_admin/hosts/${encodeURIComponent(id)}`));
    say(`host ${id} (${name}) is out: its certificate and key are worth nothing any more`);
    return 0;
  }
  throw new OperatorError('hosts list, or hosts evict ID');
}

/** `90s`, `15m`, `1h`, `7d` in milliseconds. */
export function parseTtl(text: string): number {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new OperatorError(`--ttl ${text}: a number with s, m, h or d, as in 15m`);
  return Number(count) * (TTL_UNITS_MS[unit] ?? 0);
}

function fate({ state, expiresAt, usedBy, usedFrom }: TokenView, now: number): string {
  if (usedBy !== undefined) return `by host ${usedBy} from ${usedFrom}`;
  return state === 'valid' ? `for another ${renderDuration(expiresAt - now)}` : '';
}

function checked<T extends { readonly error?: string }>(answer: T): T {
  if (answer.error !== undefined) throw new OperatorError(answer.error);
  return answer;
}
