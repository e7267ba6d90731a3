// PutAccountSetting: sets a setting for one principal; for the root user it is the account's default.
import { accountSettings } from '#model/account.ts';
import { settingName, settingPrincipal, settingValue, viewSetting } from './account-setting.ts';
import type { EcsContext } from './context.ts';
import type { PutAccountSettingRequest, PutAccountSettingResponse, Shape } from './shapes.ts';

export function putAccountSetting(input: Shape<PutAccountSettingRequest>, ctx: EcsContext): Shape<PutAccountSettingResponse> {
  const name = settingName(input.name);
  const value = settingValue(name, input.value);
  const principalArn = settingPrincipal(ctx, input.principalArn);
  ctx.store.transact((tx) => tx.put(accountSettings, { account: ctx.account, region: ctx.region, principalArn, name, value }));
  return { setting: viewSetting(ctx, name, value, principalArn) };
}
