// ListAccountSettings: what a principal has set, or with effectiveSettings what counts for it.
import { effectiveValue, findSetting, SETTINGS, type SettingName, settingName, settingPrincipal, viewSetting } from './account-setting.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './errors.ts';
import { nextToken, pageRequest } from './paginate.ts';
import type { ListAccountSettingsRequest, ListAccountSettingsResponse, Setting, Shape } from './shapes.ts';

const MAX_RESULTS = 10;

export function listAccountSettings(
  input: Shape<ListAccountSettingsRequest>,
  ctx: EcsContext,
): Shape<ListAccountSettingsResponse> {
  if (input.value !== undefined && input.name === undefined) throw invalidParameter('A setting name is required to filter by value.');
  const wanted = input.name === undefined ? (Object.keys(SETTINGS) as SettingName[]) : [settingName(input.name)];
  const principal = settingPrincipal(ctx, input.principalArn);
  const effective = input.effectiveSettings ?? false;
  const list = JSON.stringify(['settings', input.name ?? null, input.value ?? null, principal, effective]);
  const { limit, after = '' } = pageRequest(list, input, MAX_RESULTS);
  const settings: Shape<Setting>[] = [];
  for (const name of wanted) {
    const value = effective ? effectiveValue(ctx.store, ctx, principal, name) : findSetting(ctx.store, ctx, principal, name)?.value;
    if (name <= after || value === undefined || (input.value !== undefined && value !== input.value)) continue;
    if (settings.length === limit) return { settings, ...nextToken(list, settings.at(-1)?.name) };
    settings.push(viewSetting(ctx, name, value, principal));
  }
  return { settings };
}
