// GenerateDataKey, GenerateDataKeyWithoutPlaintext and GenerateRandom.
import { checkLimits, validation } from '../limits.ts';
import { encryptUnder } from './ciphertext.ts';
import type { VaultContext } from './context.ts';
import { refuseDryRun } from './encrypt.ts';
import { unsupportedHere } from './errors.ts';
import { findKey, usable } from './find-key.ts';
import { KEY_ID_LIMIT } from './key-limits.ts';
import type {
  GenerateDataKeyRequest, GenerateDataKeyResponse, GenerateDataKeyWithoutPlaintextRequest, GenerateDataKeyWithoutPlaintextResponse,
  GenerateRandomRequest, GenerateRandomResponse,
} from './shapes.ts';

export function generateDataKey(input: GenerateDataKeyRequest, ctx: VaultContext): GenerateDataKeyResponse {
  if (input.Recipient !== undefined) throw unsupportedHere('Longshore has no Nitro enclaves: leave Recipient out.');
  const { plaintext, blob, keyArn } = newDataKey(input, ctx);
  return { CiphertextBlob: blob, Plaintext: plaintext, KeyId: keyArn };
}

export function generateDataKeyWithoutPlaintext(input: GenerateDataKeyWithoutPlaintextRequest, ctx: VaultContext): GenerateDataKeyWithoutPlaintextResponse {
  const { blob, keyArn } = newDataKey(input, ctx);
  return { CiphertextBlob: blob, KeyId: keyArn };
}

export function generateRandom(input: GenerateRandomRequest, ctx: VaultContext): GenerateRandomResponse {
  if (input.NumberOfBytes === undefined) throw validation('1 validation error detected: Value null at \'numberOfBytes\' failed to satisfy constraint: Member must not be null');
  checkLimits([input.NumberOfBytes, 'numberOfBytes', { minValue: 1, maxValue: 1024 }]);
  if (input.Recipient !== undefined || input.CustomKeyStoreId !== undefined) throw unsupportedHere('Longshore has neither Nitro enclaves nor custom key stores.');
  return { Plaintext: ctx.random.bytes(input.NumberOfBytes) };
}

function newDataKey(input: GenerateDataKeyWithoutPlaintextRequest, ctx: VaultContext): { plaintext: Uint8Array; blob: Uint8Array; keyArn: string } {
  checkLimits(
    [input.KeyId, 'keyId', KEY_ID_LIMIT],
    [input.KeySpec, 'keySpec', { oneOf: ['AES_256', 'AES_128'] }],
    [input.NumberOfBytes, 'numberOfBytes', { minValue: 1, maxValue: 1024 }],
  );
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) throw validation('Please specify either number of bytes or key spec.');
  const key = usable(findKey(ctx.store, ctx, input.KeyId ?? ''));
  refuseDryRun(input.DryRun);
  const plaintext = ctx.random.bytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
  return { plaintext, blob: encryptUnder(ctx, key, plaintext, input.EncryptionContext), keyArn: key.arn };
}
