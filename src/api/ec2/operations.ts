// Every EC2 operation of the current model: what answers it, or that Longshore does not have it yet.
import type { Operation } from '#wire/service.ts';
import type { ApiContext } from '../context.ts';
import { unsupported } from '../unsupported.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { schemaOf, type Ec2OperationName } from './shapes.ts';

type Handler = (input: any, ctx: ApiContext) => unknown;

const HANDLERS: Partial<Record<Ec2OperationName, Handler>> = {};

export const OPERATIONS = Object.fromEntries(OPERATION_NAMES.map((name) => [name, operation(name)])) as Record<Ec2OperationName, Operation<ApiContext>>;

function operation(name: Ec2OperationName): Operation<ApiContext> & { readonly implemented?: false } {
  const handler = HANDLERS[name];
  if (handler !== undefined) return { handler, get schema() { return schemaOf(name); } };
  const { implemented, handler: refuse } = unsupported([], name, 'UnsupportedOperation');
  return { implemented, handler: refuse, get schema() { return schemaOf(name); } };
}
