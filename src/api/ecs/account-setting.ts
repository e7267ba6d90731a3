// The account settings of ECS: their values, their defaults, and whose setting counts.
import { type AccountSetting, accountSettings, DEFAULT_PRINCIPAL } from '#model/account.ts';
import type { Reader } from '#store/store.ts';
import { scopeKey } from './arns.ts';
import type { EcsContext } from './context.ts';
import { accessDenied, invalidParameter } from './errors.ts';
import type { Setting, Shape } from './shapes.ts';

interface Kind {
  readonly values: readonly string[];
  /** What counts when nobody set anything. */
  readonly initial: string;
  /** Set by AWS, read-only here. */
  readonly managed?: true;
}

const SWITCH = ['enabled', 'disabled'];

/** Every name of the model's SettingName, in alphabetical order; `dualStackIPv6` is in its documentation and in use. One is Longshore's. */
export const SETTINGS = {
  awsvpcTrunking: { values: SWITCH, initial: 'disabled' },
  containerInsights: { values: ['enabled', 'disabled', 'enhanced'], initial: 'disabled' },
  containerInstanceLongArnFormat: { values: SWITCH, initial: 'enabled' },
  defaultLogDriverMode: { values: ['blocking', 'non-blocking'], initial: 'non-blocking' },
  dualStackIPv6: { values: SWITCH, initial: 'enabled' },
  fargateEventWindows: { values: SWITCH, initial: 'disabled' },
  fargateFIPSMode: { values: SWITCH, initial: 'disabled' },
  fargateTaskRetirementWaitPeriod: { values: ['0', '7', '14'], initial: '7' },
  guardDutyActivate: { values: ['on', 'off'], initial: 'off', managed: true },
  /** Longshore's own: core/payload/api-endpoint.ts. */
  longshoreApiEndpoint: { values: SWITCH, initial: 'disabled' },
  serviceLongArnFormat: { values: SWITCH, initial: 'enabled' },
  tagResourceAuthorization: { values: ['on', 'off'], initial: 'off' },
  taskLongArnFormat: { values: SWITCH, initial: 'enabled' },
} as const satisfies Readonly<Record<string, Kind>>;

export type SettingName = keyof typeof SETTINGS;

/** Throws InvalidParameterException for a name ECS does not have. */
export function settingName(name: string | undefined): SettingName {
  if (name !== undefined && Object.hasOwn(SETTINGS, name)) return name as SettingName;
  throw invalidParameter(`unknown should be one of [${Object.keys(SETTINGS).join(',')}]`);
}

/** Throws InvalidParameterException for a value this setting cannot have, or one that only AWS sets. */
export function settingValue(name: SettingName, value: string | undefined): string {
  const kind: Kind = SETTINGS[name];
  if (kind.managed) throw invalidParameter(`The setting ${name} is managed by AWS and cannot be changed.`);
  if (value === undefined || !kind.values.includes(value)) {
    throw invalidParameter(`Invalid value for setting ${name}. Valid values are [${kind.values.join(', ')}].`);
  }
  return value;
}

/**
 * Whose setting a request is about: the root user's is the account's default.
 * Throws AccessDeniedException unless the caller is that principal or the root user, InvalidParameterException for a foreign one.
 */
export function settingPrincipal(ctx: EcsContext, principalArn: string | undefined): string {
  const caller = ctx.call.caller.arn;
  const root = `arn:aws:iam::${ctx.account}:root`;
  const wanted = principalArn ?? caller;
  if (!/^arn:aws[a-z-]*:(iam|sts)::\d{12}:./.test(wanted)) throw invalidParameter('The principal ARN is not valid.');
  if (wanted !== caller && caller !== root) throw accessDenied('You are not authorized to change the settings of another principal.');
  if (!wanted.includes(`::${ctx.account}:`)) throw invalidParameter('The principal is not in your account.');
  return wanted === root ? DEFAULT_PRINCIPAL : wanted;
}

/** The row of the account's default. */
export function defaultSetting(ctx: EcsContext, name: SettingName, value: string): AccountSetting {
  return { account: ctx.account, region: ctx.region, principalArn: DEFAULT_PRINCIPAL, name, value };
}

/** What was set for this principal, and nothing else. */
export function findSetting(reader: Reader, ctx: EcsContext, principal: string, name: string): AccountSetting | undefined {
  return reader.get(accountSettings, `${scopeKey(ctx)}/${principal}/${name}`);
}

/** What counts for this principal: its own, else the account's default, else ECS's. */
export function effectiveValue(reader: Reader, ctx: EcsContext, principal: string, name: SettingName): string {
  const own = findSetting(reader, ctx, principal, name) ?? findSetting(reader, ctx, DEFAULT_PRINCIPAL, name);
  return own?.value ?? SETTINGS[name].initial;
}

export function viewSetting(ctx: EcsContext, name: SettingName, value: string, principal: string): Shape<Setting> {
  const kind: Kind = SETTINGS[name];
  const principalArn = principal === DEFAULT_PRINCIPAL ? `arn:aws:iam::${ctx.account}:root` : principal;
  return { name: name as NonNullable<Setting['name']>, value, principalArn, type: kind.managed ? 'aws_managed' : 'user' };
}
