// Accounts of this installation: `POST /_admin/accounts` makes one with a root key, `GET` lists them, `PUT` sets an account's guardrail. Only the default account's root may,
// by a SigV4 signature in the name of the service `longshore`; AWS has no such call (Organizations makes accounts there).
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Random } from '#base/random.ts';
import { parsePolicy } from '#core/access/parse-policy.ts';
import type { Clock } from '#base/clock.ts';
import { accessKeys } from '#model/account.ts';
import { accountProfiles } from '#model/identity.ts';
import type { Store } from '#store/store.ts';
import { readBody } from '#wire/body.ts';
import { header, readHead } from '#wire/head.ts';
import type { Authenticate } from '#wire/sigv4/authenticator.ts';
import { DEFAULT_ACCOUNT, newAccessKey } from './bootstrap.ts';
import { sendJson, type HttpHandler } from './front-door.ts';

export interface AccountsDeps {
  readonly store: Store;
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  readonly random: Random;
}

const RULES = { signingNames: ['longshore'] };
/** A guardrail has up to 5,120 characters in AWS (a service control policy); escaped in JSON they may be twice as long. */
const MAX_BODY_BYTES = 16_384;
const MAX_GUARDRAIL = 5_120;
const ALIAS = /^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$/;

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Answers `/_admin/accounts`. */
export function createAccountsHandler(deps: AccountsDeps): HttpHandler {
  return (req, res) => {
    const head = readHead(req);
    readBody(req, header(head, 'content-length'), MAX_BODY_BYTES, (outcome, body) => {
      if (outcome === 'truncated') return;
      if (outcome === 'too-large') return sendJson(res, 413, { error: 'the request is too large' });
      const caller = deps.authenticate({ head, body, rules: RULES });
      if ('failure' in caller) return sendJson(res, 403, { error: caller.message });
      if (caller.caller.arn !== `arn:aws:iam::${DEFAULT_ACCOUNT}:root` || caller.caller.session !== undefined) {
        return sendJson(res, 403, { error: `only the root of account ${DEFAULT_ACCOUNT} makes accounts` });
      }
      void answer(deps, req, res, body);
    });
  };
}

/** A new account is told only once it is durable. */
async function answer(deps: AccountsDeps, req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<void> {
  const { status, body: told } = req.method === 'POST' ? create(deps, body) : req.method === 'PUT' ? setGuardrail(deps, body) : { status: 200, body: { accounts: list(deps.store) } };
  try {
    await deps.store.durable();
    sendJson(res, status, told);
  } catch {
    sendJson(res, 500, { error: 'the change could not be stored' });
  }
}

function create({ store, clock, random }: AccountsDeps, body: Buffer): Answer {
  const { name, account = newAccount(store, random) } = parse(body);
  if (!/^\d{12}$/.test(account)) return { status: 400, body: { error: 'an account is twelve digits' } };
  if (name !== undefined && !ALIAS.test(name)) return { status: 400, body: { error: 'a name is 3 to 63 small letters, digits and single hyphens' } };
  const now = clock.now();
  return store.transact((tx) => {
    if (isTaken(tx, account)) return { status: 409, body: { error: `account ${account} is there already` } };
    if (name !== undefined && tx.count(accountProfiles, 'alias', name) > 0) return { status: 409, body: { error: `the name ${name} is taken` } };
    const key = newAccessKey(random, { account, principalArn: `arn:aws:iam::${account}:root`, userId: account, kind: 'root' }, now);
    tx.put(accountProfiles, { account, createdAt: now, ...(name === undefined ? {} : { alias: name }) });
    tx.put(accessKeys, key);
    return { status: 200, body: { account, ...(name === undefined ? {} : { name }), accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey } };
  });
}

/** A policy that limits everybody in the account, its root included, as a service control policy does; without `guardrail` there is none any more. */
function setGuardrail({ store, clock }: AccountsDeps, body: Buffer): Answer {
  const { account = '', guardrail } = parse(body);
  if (guardrail !== undefined && (guardrail.length > MAX_GUARDRAIL || 'malformed' in parsePolicy(guardrail, 'identity'))) return { status: 400, body: { error: `a guardrail is an identity policy of at most ${MAX_GUARDRAIL} characters` } };
  return store.transact((tx) => {
    if (!isTaken(tx, account)) return { status: 404, body: { error: `there is no account ${account}` } };
    const { guardrail: _before, ...profile } = tx.get(accountProfiles, account) ?? { account, createdAt: clock.now(), guardrail: undefined };
    tx.put(accountProfiles, { ...profile, ...(guardrail !== undefined && { guardrail }) });
    return { status: 200, body: { account } };
  });
}

function isTaken(reader: Pick<Store, 'get' | 'count'>, account: string): boolean {
  return account === DEFAULT_ACCOUNT || reader.get(accountProfiles, account) !== undefined || reader.count(accessKeys, 'account', account) > 0;
}

/** Twelve digits that begin with no zero: those are for people's own choice. */
function newAccount(store: Store, random: Random): string {
  for (;;) {
    const digits = Array.from(random.bytes(12), (byte) => byte % 10);
    const account = `${(digits[0]! % 9) + 1}${digits.slice(1).join('')}`;
    if (!isTaken(store, account)) return account;
  }
}

function parse(body: Buffer): { name?: string; account?: string; guardrail?: string } {
  try {
    const value = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const text = (member: string): Record<string, string> => (typeof value[member] === 'string' ? { [member]: value[member] } : {});
    return { ...text('name'), ...text('account'), ...text('guardrail') };
  } catch {
    return {};
  }
}

function list(store: Store): { account: string; name?: string }[] {
  const accounts = new Set([DEFAULT_ACCOUNT]);
  for (const key of store.all(accessKeys)) accounts.add(key.account);
  return [...accounts].sort().map((account) => {
    const alias = store.get(accountProfiles, account)?.alias;
    return { account, ...(alias === undefined ? {} : { name: alias }) };
  });
}
