// Every operation that is implemented says what IAM is asked about it: an entry in its service's access table, or its name in the list of
// those that are about nothing in particular. Forgotten ones would be judged as `*`, past every policy that names a resource.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { expectNone } from './source.ts';

const API = join(import.meta.dirname, '../../src/api');

interface AccessModule {
  readonly ACCESS?: Readonly<Record<string, unknown>>;
  readonly accessOf?: (operations: readonly string[]) => Readonly<Record<string, unknown>>;
  readonly ON_ALL?: readonly string[];
  readonly onAllOf?: (operations: readonly string[]) => readonly string[];
}

test('every implemented operation is in its service’s access table or in its ON_ALL (src/api/<svc>/access.ts)', async () => {
  const found: string[] = [];
  for (const name of readdirSync(API)) {
    if (!existsSync(join(API, name, 'operations.ts'))) continue;
    const { OPERATIONS } = (await import(join(API, name, 'operations.ts'))) as { OPERATIONS: Readonly<Record<string, { readonly implemented?: boolean }>> };
    const operations = Object.keys(OPERATIONS).filter((operation) => OPERATIONS[operation]?.implemented !== false);
    if (!existsSync(join(API, name, 'access.ts'))) {
      found.push(`${name} has no access.ts`);
      continue;
    }
    const access = (await import(join(API, name, 'access.ts'))) as AccessModule;
    const table = access.ACCESS ?? access.accessOf?.(operations) ?? {};
    const onAll = new Set(access.ON_ALL ?? access.onAllOf?.(operations) ?? []);
    for (const operation of operations) {
      const entry = Object.hasOwn(table, operation);
      if (entry === onAll.has(operation)) found.push(entry ? `${name}:${operation} is in both` : `${name}:${operation}`);
    }
    for (const operation of onAll) if (!operations.includes(operation)) found.push(`${name}:${operation} is in ON_ALL, but not implemented`);
  }
  expectNone(found);
});
