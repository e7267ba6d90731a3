// Ids of what belongs to a service, in the forms ECS gives them.
import type { Random } from '#base/random.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** `ecs-svc/` and 19 digits: a deployment's or a task set's id. */
export function deploymentId(random: Random): string {
  return `ecs-svc/${revisionId(random)}`;
}

/** 19 digits, the first not 0. */
export function revisionId(random: Random): string {
  let digits = '';
  for (const byte of random.bytes(19)) digits += digits === '' ? (byte % 9) + 1 : byte % 10;
  return digits;
}

/** 21 characters of A-Z, a-z, 0-9, `-` and `_`, the first a letter. */
export function serviceDeploymentId(random: Random): string {
  let id = '';
  for (const byte of random.bytes(21)) id += ALPHABET.charAt(id === '' ? byte % 52 : byte & 63);
  return id;
}
