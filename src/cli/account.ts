// `account create` and `account list`: further accounts of the running platform, each a world of its own.
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
  if (rest.length > 0 || (verb !== 'create' && verb !== 'list')) throw new OperatorError('account create [--name NAME] [--account TWELVE-DIGITS], or account list');
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
