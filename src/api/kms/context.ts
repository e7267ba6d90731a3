// What KMS handlers get beside their input: the shared context, and the vault that holds key material.
import type { AwsCall } from '#wire/call.ts';
import { type ApiContext, type ApiDeps, apiContext } from '../context.ts';

/** What the API needs of the vault (src/vault/vault.ts); app/ fills it in. */
export interface KeyVault {
  newKey(name: string): string;
  encrypt(sealedKey: string, name: string, plaintext: Uint8Array, bound: Uint8Array): Uint8Array;
  decrypt(sealedKey: string, name: string, envelope: Uint8Array, bound: Uint8Array): Uint8Array | undefined;
  fingerprint(text: Uint8Array): string;
}

export interface VaultDeps extends ApiDeps {
  readonly vault: KeyVault;
}

export interface VaultContext extends ApiContext {
  readonly vault: KeyVault;
}

/** The context of one call of KMS, SSM or Secrets Manager. */
export function vaultContext(deps: VaultDeps, call: AwsCall): VaultContext {
  return { ...apiContext(deps, call), vault: deps.vault };
}
