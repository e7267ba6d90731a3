// The operations table of a service whose schemas are loaded at its first request.
import type { Operation, OperationSchema } from '#wire/service.ts';
import { unsupported } from './unsupported.ts';

/**
 * Every operation of `names`: with its handler, or answering `code` by name.
 * @param schemaOf asked when the wire first reads the operation's schema
 */
export function lazyOperations<Name extends string, Ctx>(
  names: readonly Name[],
  handlers: Partial<Record<Name, Operation<Ctx>['handler']>>,
  schemaOf: (name: Name) => OperationSchema,
  code: string,
): Record<Name, Operation<Ctx> & { readonly implemented?: false }> {
  const operation = (name: Name): Operation<Ctx> & { readonly implemented?: false } => {
    const handler = handlers[name];
    if (handler !== undefined) return { handler, get schema() { return schemaOf(name); } };
    const { implemented, handler: refuse } = unsupported([], name, code);
    return { implemented, handler: refuse, get schema() { return schemaOf(name); } };
  };
  return Object.fromEntries(names.map((name) => [name, operation(name)])) as Record<Name, Operation<Ctx> & { readonly implemented?: false }>;
}
