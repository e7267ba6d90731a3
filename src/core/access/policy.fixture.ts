// Short ways to write policies, principals and requests in tests, and random ones.
import fc from 'fast-check';
import { parseDocument, type PolicyKind } from './parse-policy.ts';
import type { NamedPolicy, Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import type { ContextLookup } from './pattern.ts';
import type { AccessRequest } from './evaluate.ts';

export const ACCOUNT = '111122223333';
export const ADA: Principal = { kind: 'user', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ada` };
export const ROOT: Principal = { kind: 'root', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` };
export const SESSION: Principal = {
  kind: 'roleSession', account: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`, issuerArn: `arn:aws:iam::${ACCOUNT}:role/app`,
};

/** A compiled policy out of statements; fails the test when it is malformed. */
export function policy(statements: unknown, kind: PolicyKind = 'identity', version = '2012-10-17'): Policy {
  const parsed = parseDocument({ Version: version, Statement: statements }, kind);
  if ('malformed' in parsed) throw new Error(`malformed: ${JSON.stringify(parsed.malformed)}`);
  return parsed.policy;
}

export function named(statements: unknown, kind: PolicyKind = 'identity'): NamedPolicy {
  return { id: 'p', policy: policy(statements, kind) };
}

export function allow(Action: unknown, Resource: unknown = '*', more: object = {}): object {
  return { Effect: 'Allow', Action, Resource, ...more };
}

export function deny(Action: unknown, Resource: unknown = '*', more: object = {}): object {
  return { Effect: 'Deny', Action, Resource, ...more };
}

export function context(values: Readonly<Record<string, string | readonly string[]>> = {}): ContextLookup {
  const map = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value]));
  return (key) => map.get(key);
}

export function request(action: string, resource = '*', values: Readonly<Record<string, string | readonly string[]>> = {}): AccessRequest {
  return { action, resource, context: context(values) };
}

const SERVICES = ['ecs', 'ecr', 'logs', 'iam'];
const OPERATIONS = ['RunTask', 'StopTask', 'ListTasks', 'GetRole'];
const NAMES = ['a', 'b', 'a/b', 'prod'];
const KEYS = ['aws:username', 'aws:SourceIp', 'ecs:cluster', 'aws:CurrentTime', 'aws:PrincipalTag/team'];
const VALUES = ['ada', '10.0.0.1', '10.0.0.0/8', '7', '2026-01-01T00:00:00Z', 'arn:aws:ecs:us-east-1:111122223333:cluster/a', 'true', '${aws:username}', 'a*'];
const TESTS = [
  'StringEquals', 'StringNotLike', 'StringLikeIfExists', 'NumericLessThan', 'DateGreaterThan', 'Bool', 'IpAddress', 'ArnLike', 'Null',
  'ForAnyValue:StringEquals', 'ForAllValues:StringLike', 'ArnNotEquals',
];

const action = fc.oneof(
  fc.constant('*'),
  fc.tuple(fc.constantFrom(...SERVICES), fc.constantFrom(...OPERATIONS, '*', 'R*', 'List????s')).map(([s, o]) => `${s}:${o}`),
);
const resource = fc.oneof(fc.constant('*'), fc.tuple(fc.constantFrom(...SERVICES, '*'), fc.constantFrom(...NAMES, '*', 'a*', '${aws:username}')).map(([s, n]) => `arn:aws:${s}:us-east-1:${ACCOUNT}:${n}`));
const list = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> => fc.array(item, { minLength: 1, maxLength: 4 });
const conditions = fc.dictionary(fc.constantFrom(...TESTS), fc.dictionary(fc.constantFrom(...KEYS), list(fc.constantFrom(...VALUES)), { minKeys: 1, maxKeys: 2 }), { maxKeys: 2 });

/** Statements of identity policies as people write them, and stranger. */
export const statements = list(
  fc.record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    actions: fc.tuple(fc.constantFrom('Action', 'Action', 'NotAction'), list(action)),
    resources: fc.tuple(fc.constantFrom('Resource', 'Resource', 'NotResource'), list(resource)),
    Condition: fc.option(conditions, { nil: {} }),
  }).map(({ Effect, actions, resources, Condition }) => ({ Effect, [actions[0]]: actions[1], [resources[0]]: resources[1], Condition })),
);

export const requests: fc.Arbitrary<AccessRequest> = fc
  .record({
    action: fc.tuple(fc.constantFrom(...SERVICES), fc.constantFrom(...OPERATIONS)).map(([s, o]) => `${s}:${o}`),
    resource: fc.tuple(fc.constantFrom(...SERVICES), fc.constantFrom(...NAMES)).map(([s, n]) => `arn:aws:${s}:us-east-1:${ACCOUNT}:${n}`),
    values: fc.dictionary(fc.constantFrom(...KEYS), fc.array(fc.constantFrom(...VALUES), { maxLength: 3 })),
  })
  .map(({ action, resource, values }) => request(action, resource, values));
