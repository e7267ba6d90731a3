// From the JSON text of a policy to a compiled Policy, or the first thing that is wrong with it.
import { compileCondition, parseOperator, type Condition } from './condition.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { parsePrincipal } from './parse-principal.ts';
import type { ActionPattern, Policy, PrincipalPattern, Statement } from './policy.ts';

/** Where a policy is attached decides which elements it must and must not have. */
export type PolicyKind = 'identity' | 'trust' | 'resource';

export type Malformed =
  | { readonly is: 'syntax' }
  | { readonly is: 'version' }
  | { readonly is: 'sidNotUnique' }
  | { readonly is: 'sidCharacters' }
  | { readonly is: 'noActions' }
  | { readonly is: 'noResources' }
  | { readonly is: 'vendor' }
  | { readonly is: 'principalProhibited' }
  | { readonly is: 'principalMissing' }
  | { readonly is: 'principalInvalid'; readonly kind: string; readonly value: string }
  | { readonly is: 'resourceProhibited'; readonly field: string }
  | { readonly is: 'resourceFormat'; readonly value: string }
  | { readonly is: 'conditionType'; readonly value: string }
  | { readonly is: 'trustActions' };

export type Parsed = { readonly policy: Policy } | { readonly malformed: Malformed };

type Json = Readonly<Record<string, unknown>>;
type Fault = { readonly malformed: Malformed };

const SYNTAX: Fault = { malformed: { is: 'syntax' } };
const VERSIONS = ['2012-10-17', '2008-10-17'];
const POLICY_KEYS = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_KEYS = new Set(['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);
const ACTION = /^[A-Za-z0-9*?-]+:[\w*?-]+$/;

/** Reads a policy of a kind. Never throws, whatever the text. */
export function parsePolicy(text: string, kind: PolicyKind): Parsed {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return SYNTAX;
  }
  return parseDocument(document, kind);
}

/** As parsePolicy, for JSON that has been read. */
export function parseDocument(document: unknown, kind: PolicyKind): Parsed {
  if (!isObject(document) || !knownKeys(document, POLICY_KEYS)) return SYNTAX;
  const version = document['Version'] ?? '2008-10-17';
  if (typeof version !== 'string' || !VERSIONS.includes(version)) return { malformed: { is: 'version' } };
  if (document['Id'] !== undefined && typeof document['Id'] !== 'string') return SYNTAX;
  const given = document['Statement'];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) return SYNTAX;
  const statements: Statement[] = [];
  const sids = new Set<string>();
  for (const [index, item] of list.entries()) {
    const statement = parseStatement(item, index, kind, version === '2012-10-17');
    if ('malformed' in statement) return statement;
    const { sid } = statement;
    if (sid !== undefined && sid !== '') {
      if (sids.has(sid)) return { malformed: { is: 'sidNotUnique' } };
      sids.add(sid);
    }
    statements.push(statement);
  }
  return { policy: { statements } };
}

function parseStatement(item: unknown, index: number, kind: PolicyKind, variables: boolean): Statement | Fault {
  if (!isObject(item) || !knownKeys(item, STATEMENT_KEYS)) return SYNTAX;
  const { Effect: effect, Sid: sid } = item;
  if (effect !== 'Allow' && effect !== 'Deny') return SYNTAX;
  if (sid !== undefined && typeof sid !== 'string') return SYNTAX;
  if (sid !== undefined && kind !== 'resource' && !/^[0-9A-Za-z]*$/.test(sid)) return { malformed: { is: 'sidCharacters' } };
  const principals = parsePrincipals(item, kind);
  if ('malformed' in principals) return principals;
  const actions = parseActions(item, kind);
  if ('malformed' in actions) return actions;
  const resources = parseResources(item, kind, variables);
  if ('malformed' in resources) return resources;
  const conditions = parseConditions(item['Condition'], variables);
  if ('malformed' in conditions) return conditions;
  return { index, sid, effect, ...principals, ...actions, ...resources, conditions: conditions.list };
}

function parsePrincipals(item: Json, kind: PolicyKind): Pick<Statement, 'principal' | 'notPrincipal'> | Fault {
  const { Principal: yes, NotPrincipal: no } = item;
  if (kind === 'identity') return yes === undefined && no === undefined ? { principal: undefined, notPrincipal: undefined } : { malformed: { is: 'principalProhibited' } };
  if (yes === undefined && no === undefined) return { malformed: { is: 'principalMissing' } };
  if (yes !== undefined && no !== undefined) return SYNTAX;
  const parsed = parsePrincipal(yes ?? no);
  if (parsed === undefined) return SYNTAX;
  if ('invalid' in parsed) return { malformed: { is: 'principalInvalid', ...parsed.invalid } };
  const pattern: PrincipalPattern = parsed;
  return yes === undefined ? { principal: undefined, notPrincipal: pattern } : { principal: pattern, notPrincipal: undefined };
}

function parseActions(item: Json, kind: PolicyKind): Pick<Statement, 'actions' | 'actionsNegated'> | Fault {
  const { Action: yes, NotAction: no } = item;
  if (yes === undefined && no === undefined) return { malformed: { is: 'noActions' } };
  const texts = strings(yes ?? no);
  if (texts === undefined || (yes !== undefined && no !== undefined)) return SYNTAX;
  if (texts.length === 0) return { malformed: { is: 'noActions' } };
  if (texts.some((text) => text !== '*' && !ACTION.test(text))) return { malformed: { is: 'vendor' } };
  if (kind === 'trust' && texts.some((text) => text !== '*' && !/^sts:/i.test(text))) return { malformed: { is: 'trustActions' } };
  return { actions: texts.map(compileAction), actionsNegated: yes === undefined };
}

const WILDCARDS = { wildcards: true, variables: false, ignoreCase: true };

/** `ecs:Run*` as a pattern; `*` is every action of every service. */
export function compileAction(text: string): ActionPattern {
  const colon = text.indexOf(':');
  const [service, operation] = colon < 0 ? ['*', '*'] : [text.slice(0, colon), text.slice(colon + 1)];
  return { service: compilePattern(service, WILDCARDS), operation: compilePattern(operation, WILDCARDS) };
}

function parseResources(item: Json, kind: PolicyKind, variables: boolean): Pick<Statement, 'resources' | 'resourcesNegated'> | Fault {
  const { Resource: yes, NotResource: no } = item;
  const given = yes ?? no;
  if (given === undefined) return kind === 'identity' ? { malformed: { is: 'noResources' } } : { resources: [], resourcesNegated: false };
  if (kind === 'trust') return { malformed: { is: 'resourceProhibited', field: yes === undefined ? 'NotResource' : 'Resource' } };
  const texts = strings(given);
  if (texts === undefined || (yes !== undefined && no !== undefined)) return SYNTAX;
  if (texts.length === 0) return { malformed: { is: 'noResources' } };
  const odd = texts.find((text) => text !== '*' && !isArnPattern(text));
  if (odd !== undefined) return { malformed: { is: 'resourceFormat', value: odd } };
  const resources: readonly Pattern[] = texts.map((text) => compilePattern(text, { wildcards: true, variables }));
  return { resources, resourcesNegated: yes === undefined };
}

// A star may stand for the rest of an ARN: `arn:aws:ecs:*`.
function isArnPattern(text: string): boolean {
  if (!text.startsWith('arn:')) return /^\*+$/.test(text);
  return text.split(':').length >= 6 || text.includes('*');
}

function parseConditions(given: unknown, variables: boolean): { readonly list: readonly Condition[] } | Fault {
  if (given === undefined) return { list: [] };
  if (!isObject(given)) return SYNTAX;
  const list: Condition[] = [];
  for (const [operatorText, keys] of Object.entries(given)) {
    const operator = parseOperator(operatorText);
    if (operator === undefined) return { malformed: { is: 'conditionType', value: operatorText } };
    if (!isObject(keys)) return SYNTAX;
    for (const [key, value] of Object.entries(keys)) {
      const values = scalars(value);
      if (values === undefined) return SYNTAX;
      if (!key.includes(':')) return { malformed: { is: 'vendor' } };
      list.push(compileCondition(operator, key, values, variables));
    }
  }
  return { list };
}

function strings(given: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.every((item) => typeof item === 'string') ? list : undefined;
}

/** Values of conditions may be written as numbers and booleans. */
function scalars(given: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.every((item) => typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') ? list.map(String) : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function knownKeys(object: Json, known: ReadonlySet<string>): boolean {
  return Object.keys(object).every((key) => known.has(key));
}
