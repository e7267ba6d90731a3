// PutAccountSettingDefault: sets a setting for everybody in the account who has not set it for themselves.
import { accountSettings } from '#model/account.ts';
import { defaultSetting, settingName, settingValue, viewSetting } from './account-setting.ts';
import type { EcsContext } from './context.ts';
import type { PutAccountSettingDefaultRequest, PutAccountSettingDefaultResponse, Shape } from './shapes.ts';

export function putAccountSettingDefault(
  input: Shape<PutAccountSettingDefaultRequest>,
  ctx: EcsContext,
): Shape<PutAccountSettingDefaultResponse> {
  const name = settingName(input.name);
  const row = defaultSetting(ctx, name, settingValue(name, input.value));
  ctx.store.transact((tx) => tx.put(accountSettings, row));
  return { setting: viewSetting(ctx, name, row.value, row.principalArn) };
}
