// DeleteParameter and DeleteParameters.
import { parameterKey, parameters, parameterVersionKey, parameterVersions } from '#model/parameter.ts';
import type { Transaction } from '#store/store.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { parameterNotFound } from './errors.ts';
import { versionsOf } from './find-parameter.ts';
import type { DeleteParameterRequest, DeleteParametersRequest, DeleteParametersResult } from './shapes.ts';

export function deleteParameter(input: DeleteParameterRequest, ctx: VaultContext): object {
  checkLimits([input.Name, 'name', { minLength: 1, maxLength: 2048 }]);
  ctx.store.transact((tx) => {
    if (!remove(tx, ctx, input.Name ?? '')) throw parameterNotFound();
  });
  return {};
}

export function deleteParameters(input: DeleteParametersRequest, ctx: VaultContext): DeleteParametersResult {
  const names = input.Names ?? [];
  checkLimits([names, 'names', { minLength: 1, maxLength: 10 }]);
  return ctx.store.transact((tx) => {
    const DeletedParameters = [...new Set(names)].filter((name) => remove(tx, ctx, name));
    return { DeletedParameters, InvalidParameters: names.filter((name) => !DeletedParameters.includes(name)) };
  });
}

function remove(tx: Transaction, ctx: VaultContext, name: string): boolean {
  const key = parameterKey(ctx, name);
  const parameter = tx.get(parameters, key);
  if (parameter === undefined) return false;
  for (const version of versionsOf(tx, parameter)) tx.delete(parameterVersions, parameterVersionKey(key, version.version));
  tx.delete(parameters, key);
  return true;
}
