// What IAM handlers get beside their input.
import type { Random } from '#base/random.ts';
import type { AwsCall } from '#wire/call.ts';
import { apiContext, type ApiContext, type ApiDeps } from '../context.ts';
import type { Policies } from './policies.ts';

/** When and for what a key was last used; kept in memory, so it begins anew with the process. */
export interface KeyUse {
  readonly at: number;
  readonly service: string;
  readonly region: string;
}

export interface IamDeps extends ApiDeps {
  readonly policies: Policies;
  readonly lastUse: (accessKeyId: string) => KeyUse | undefined;
}

export interface IamContext extends ApiContext {
  readonly policies: Policies;
  readonly lastUse: IamDeps['lastUse'];
}

/** The context of one call. */
export function iamContext(deps: IamDeps, call: AwsCall): IamContext {
  return { ...apiContext(deps, call), policies: deps.policies, lastUse: deps.lastUse };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A unique id as IAM makes them: four letters that say what it is, and random ones: sixteen for keys, seventeen for the rest. */
export function uniqueId(random: Random, prefix: 'AIDA' | 'AGPA' | 'AROA' | 'ANPA' | 'AIPA' | 'ASIA' | 'AKIA'): string {
  return prefix + Array.from(random.bytes(prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17), (byte) => BASE32[byte % 32]).join('');
}
