// The rotation of a secret: begin, step by step, end. Pure: rows in, rows out. The steps are AWS's, and each is one call of the endpoint.
import type { RotationRun, Secret, SecretVersion } from '#model/secret.ts';
import { parseRules } from './rotation-schedule.ts';
import { CURRENT, holderOf, moveStages, PENDING } from './version-stages.ts';

export const STEPS: readonly RotationRun['step'][] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

const MAX_ATTEMPTS = 5;
const FIRST_RETRY_MS = 2000;

/** Why no new rotation can begin, or undefined. */
export function rotationRunning(secret: Secret): boolean {
  return secret.rotation?.run !== undefined;
}

/** A version without a value, labelled AWSPENDING, and the first step due now. */
export function beginRotation(secret: Secret, versions: readonly SecretVersion[], token: string, kmsKeyArn: string, now: number): { secret: Secret; versions: SecretVersion[] } {
  if (secret.rotation === undefined) return { secret, versions: [...versions] };
  const made = versions.some((version) => version.versionId === token)
    ? [...versions]
    : [...versions, { secretArn: secret.arn, versionId: token, stages: [], kmsKeyArn, createdAt: now }];
  const run: RotationRun = { token, step: 'createSecret', attempts: 0, notBefore: now };
  return { secret: { ...secret, rotation: { ...secret.rotation, run } }, versions: moveStages(made, token, [PENDING]) };
}

/** After a step was done: the next one, or the end. The end wants the new version to be the current one. */
export function advanceRotation(secret: Secret, versions: readonly SecretVersion[], now: number): Secret {
  const { rotation } = secret;
  if (rotation?.run === undefined) return secret;
  const { run, ...rest } = rotation;
  const step = STEPS[STEPS.indexOf(run.step) + 1];
  if (step !== undefined) return { ...secret, rotation: { ...rest, run: { token: run.token, step, attempts: 0, notBefore: now } } };
  if (holderOf(versions, CURRENT)?.versionId !== run.token) return failRotation(secret, now);
  return withNext({ ...secret, rotation: { ...rest, lastRotatedAt: now } }, now);
}

/** After a step failed: again later, and in the end not again before its time comes. */
export function failRotation(secret: Secret, now: number): Secret {
  const { rotation } = secret;
  if (rotation?.run === undefined) return secret;
  const { run, ...rest } = rotation;
  const attempts = run.attempts + 1;
  if (attempts >= MAX_ATTEMPTS) return withNext({ ...secret, rotation: rest }, now);
  return { ...secret, rotation: { ...rest, run: { ...run, attempts, notBefore: now + FIRST_RETRY_MS * 2 ** (attempts - 1) } } };
}

/** `secret` with the time of its next rotation by its rules. */
export function withNext(secret: Secret, now: number): Secret {
  if (secret.rotation === undefined) return secret;
  const { nextAt: _, ...rest } = secret.rotation;
  const schedule = rest.enabled ? parseRules(rest.rules) : undefined;
  const nextAt = typeof schedule === 'function' ? schedule(now) : undefined;
  return { ...secret, rotation: { ...rest, ...(nextAt !== undefined && { nextAt }) } };
}

/** When the clock next changes something about this secret, or undefined. */
export function nextDue(secret: Secret): number | undefined {
  if (secret.deletionAt !== undefined) return secret.deletionAt;
  return secret.rotation?.run?.notBefore ?? secret.rotation?.nextAt;
}
