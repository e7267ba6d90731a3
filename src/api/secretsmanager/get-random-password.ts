// GetRandomPassword.
import { makePassword } from '#core/secrets/random-password.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { invalidParameter } from './errors.ts';
import type { GetRandomPasswordRequest, GetRandomPasswordResponse } from './shapes.ts';
import { uniform } from './uniform.ts';

export function getRandomPassword(input: GetRandomPasswordRequest, ctx: VaultContext): GetRandomPasswordResponse {
  const length = input.PasswordLength ?? 32;
  checkLimits([length, 'passwordLength', { minValue: 1, maxValue: 4096 }], [input.ExcludeCharacters, 'excludeCharacters', { maxLength: 4096 }]);
  const password = makePassword(
    {
      length,
      exclude: input.ExcludeCharacters ?? '',
      lowercase: input.ExcludeLowercase !== true,
      uppercase: input.ExcludeUppercase !== true,
      numbers: input.ExcludeNumbers !== true,
      punctuation: input.ExcludePunctuation !== true,
      space: input.IncludeSpace === true,
      eachKind: input.RequireEachIncludedType !== false,
    },
    uniform(ctx.random),
  );
  if (password === undefined) throw invalidParameter('The password length is too short, or no characters are left, for the required types.');
  return { RandomPassword: password };
}
