// The schemas of an SDK client without the client: only its file of schemas is loaded, when the first request asks for one.
// Why and at what price: docs/adr/ec2-schemas.md, docs/adr/secrets-sdk-clients.md.
import { createRequire, registerHooks } from 'node:module';
import type { OperationSchema } from '#wire/service.ts';

const load = createRequire(import.meta.url);

/**
 * The schemas `<Operation>$` of a client's package.
 * @param client the package: `@aws-sdk/client-kms`
 */
export function lazySchemas<Name extends string>(client: string): (operation: Name) => OperationSchema {
  let schemas: Readonly<Record<string, OperationSchema>> | undefined;
  return (operation) => {
    schemas ??= loadSchemas(client);
    const schema = schemas[`${operation}$`];
    if (schema === undefined) throw new Error(`${client} has no schema of ${operation}`);
    return schema;
  };
}

// The SDK's ES modules are made for bundlers: they leave out the extension in imports, and the package does not say that they are
// modules. Node is told both, for as long as this takes.
function loadSchemas(client: string): Readonly<Record<string, OperationSchema>> {
  const path = load.resolve(`${client}/dist-es/schemas/schemas_0.js`);
  const folder = path.slice(0, -'schemas/schemas_0.js'.length);
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const inside = specifier === path || (specifier.startsWith('.') && (context.parentURL ?? '').includes(folder));
      if (!inside) return next(specifier, context);
      return { ...next(specifier.endsWith('.js') ? specifier : `${specifier}.js`, context), format: 'module' };
    },
  });
  try {
    return load(path) as Readonly<Record<string, OperationSchema>>;
  } finally {
    hooks.deregister();
  }
}
