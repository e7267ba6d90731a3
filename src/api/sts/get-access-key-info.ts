// GetAccessKeyInfo: which account a key belongs to. Temporary keys are not remembered, so only lasting ones are known.
import { accessKeys } from '#model/account.ts';
import type { StsContext } from './context.ts';
import { validationError } from './errors.ts';
import type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from './shapes.ts';

export function getAccessKeyInfo(input: GetAccessKeyInfoRequest, ctx: StsContext): GetAccessKeyInfoResponse {
  const key = ctx.store.get(accessKeys, input.AccessKeyId ?? '');
  if (key === undefined) throw validationError('Invalid value for AccessKeyId');
  return { Account: key.account };
}
