// RotateSecret and CancelRotateSecret. Where AWS has a Lambda function's ARN, Longshore has the URL of an endpoint that is sent the same
// event; the steps themselves are taken by whoever runs the rotations (src/vault/rotations.ts).
import { beginRotation, rotationRunning, withNext } from '#core/secrets/rotation.ts';
import { parseRules } from '#core/secrets/rotation-schedule.ts';
import { secrets, type RotationRules, type Secret } from '#model/secret.ts';
import type { VaultContext } from '../kms/context.ts';
import { checkLimits } from '../limits.ts';
import { invalidParameter, invalidRequest } from './errors.ts';
import { liveSecret, putVersions, versionsOf } from './find-secret.ts';
import { requestToken } from './request-token.ts';
import { keyArnOf } from './secret-value.ts';
import type { CancelRotateSecretRequest, CancelRotateSecretResponse, RotateSecretRequest, RotateSecretResponse, RotationRulesType } from './shapes.ts';

export function rotateSecret(input: RotateSecretRequest, ctx: VaultContext): RotateSecretResponse {
  const token = requestToken(ctx, input.ClientRequestToken);
  const given = input.RotationRules === undefined ? undefined : checkRules(input.RotationRules);
  return ctx.store.transact((tx) => {
    const secret = liveSecret(tx, ctx, input.SecretId);
    const endpoint = checkEndpoint(input.RotationLambdaARN ?? secret.rotation?.endpoint);
    if (rotationRunning(secret)) throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
    const configured = configure(secret, endpoint, given, ctx.now);
    if (input.RotateImmediately === false) {
      tx.put(secrets, configured);
      return { ARN: secret.arn, Name: secret.name };
    }
    const before = versionsOf(tx, secret);
    if (before.length === 0) throw invalidRequest('The secret has no value to rotate.');
    const begun = beginRotation(configured, before, token, keyArnOf(tx, ctx, secret), ctx.now);
    tx.put(secrets, begun.secret);
    putVersions(tx, before, begun.versions);
    return { ARN: secret.arn, Name: secret.name, VersionId: token };
  });
}

/** What is under way is given up, and nothing more comes by itself; the labels stay as they are. */
export function cancelRotateSecret(input: CancelRotateSecretRequest, ctx: VaultContext): CancelRotateSecretResponse {
  return ctx.store.transact((tx) => {
    const secret = liveSecret(tx, ctx, input.SecretId);
    if (secret.rotation !== undefined) {
      const { run: _, nextAt: __, ...rotation } = secret.rotation;
      tx.put(secrets, { ...secret, rotation: { ...rotation, enabled: false } });
    }
    return { ARN: secret.arn, Name: secret.name };
  });
}

function configure(secret: Secret, endpoint: string, given: RotationRules | undefined, now: number): Secret {
  const rules = given ?? secret.rotation?.rules ?? {};
  return withNext({ ...secret, rotation: { ...secret.rotation, enabled: true, endpoint, rules } }, now);
}

function checkEndpoint(given: string | undefined): string {
  if (given === undefined) throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
  if (!/^https?:\/\/[^\s]+$/.test(given) || !URL.canParse(given)) {
    throw invalidParameter('Longshore has no Lambda: give the http:// or https:// URL of a rotation endpoint as RotationLambdaARN.');
  }
  return given;
}

function checkRules(rules: RotationRulesType): RotationRules {
  const { AutomaticallyAfterDays: days, Duration: duration, ScheduleExpression: expression } = rules;
  checkLimits([days, 'rotationRules.automaticallyAfterDays', { minValue: 1, maxValue: 1000 }], [expression, 'rotationRules.scheduleExpression', { minLength: 1, maxLength: 256 }]);
  if (days !== undefined && expression !== undefined) throw invalidParameter('You can specify either AutomaticallyAfterDays or ScheduleExpression, but not both.');
  const checked: RotationRules = {
    ...(days !== undefined && { automaticallyAfterDays: days }),
    ...(duration !== undefined && { duration }),
    ...(expression !== undefined && { scheduleExpression: expression }),
  };
  const problem = parseRules(checked);
  if (typeof problem === 'string') throw invalidParameter(`The rotation schedule is not valid: ${problem}.`);
  return checked;
}
