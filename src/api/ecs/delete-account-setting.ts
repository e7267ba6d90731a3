// DeleteAccountSetting: forgets what was set for one principal; answers what counts from now on.
import { accountSettings } from '#model/account.ts';
import { effectiveValue, findSetting, settingName, settingPrincipal, viewSetting } from './account-setting.ts';
import type { EcsContext } from './context.ts';
import type { DeleteAccountSettingRequest, DeleteAccountSettingResponse, Shape } from './shapes.ts';

export function deleteAccountSetting(
  input: Shape<DeleteAccountSettingRequest>,
  ctx: EcsContext,
): Shape<DeleteAccountSettingResponse> {
  const name = settingName(input.name);
  const principal = settingPrincipal(ctx, input.principalArn);
  const value = ctx.store.transact((tx) => {
    const set = findSetting(tx, ctx, principal, name);
    if (set) tx.delete(accountSettings, accountSettings.key(set));
    return effectiveValue(tx, ctx, principal, name);
  });
  return { setting: viewSetting(ctx, name, value, principal) };
}
