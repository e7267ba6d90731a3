// `account create`, `account list`, `account guardrail`: further accounts of the running platform, each a world of its own.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { callAdmin } from './admin-call.ts';
import { renderEnvironment, type Credentials } from './credentials.ts';
import { OperatorError } from './local-platform.ts';

export interface AccountCommand {
  readonly credentials: Credentials;
  readonly args: readonly string[];
  readonly say: (line: string) => void;
}

interface Answer {
  readonly error?: string;
  readonly account?: string;
  readonly name?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly accounts?: readonly { readonly account: string; readonly name?: string }[];
}

/** `create` prints shell lines with the new account's root key, which is shown this once; `list` a line for each account. */
export async function account({ credentials, args, say }: AccountCommand): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { name: { type: 'string' }, account: { type: 'string' } } });
  const [verb, ...rest] = positionals;
  if (verb === 'guardrail') return await guardrail(credentials, rest, say);
  if (rest.length > 0 || (verb !== 'create' && verb !== 'list')) throw new OperatorError('account create [--name NAME] [--account TWELVE-DIGITS], account list, or account guardrail ACCOUNT FILE|none');
  const answer = await callAdmin<Answer>(credentials, verb === 'create' ? 'POST' : 'GET', '/_admin/accounts', verb === 'create' ? { ...values } : undefined);
  if (answer.error !== undefined) throw new OperatorError(answer.error);
  if (verb === 'list') {
    for (const { account, name } of answer.accounts ?? []) say(name === undefined ? account : `${account}  ${name}`);
    return 0;
  }
  const { account = '', name, accessKeyId = '', secretAccessKey = '' } = answer;
  say(`# account ${account}${name === undefined ? '' : ` (${name})`}: its root key, shown this once`);
  say(renderEnvironment({ ...credentials, account, accessKeyId, secretAccessKey }));
  return 0;
}

/** Puts a policy over everybody in an account, its root included; `none` takes it away. */
async function guardrail(credentials: Credentials, [account, file]: readonly string[], say: (line: string) => void): Promise<number> {
  if (account === undefined || file === undefined) throw new OperatorError('account guardrail ACCOUNT FILE, or account guardrail ACCOUNT none');
  const answer = await callAdmin<Answer>(credentials, 'PUT', '/_admin/accounts', { account, ...(file !== 'none' && { guardrail: readFileSync(file, 'utf8') }) });
  if (answer.error !== undefined) throw new OperatorError(answer.error);
  say(file === 'none' ? `account ${account}: no guardrail` : `account ${account}: limited by ${file}`);
  return 0;
}
