// A host that joined over a network speaks for itself: it drains and deregisters its own instance, and nobody else's.
import { accessKeys } from '#model/account.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import type { EcsContext } from './context.ts';
import { accessDenied } from './errors.ts';

/** Throws AccessDeniedException when the caller is a host's agent and the instance is another host's. */
export function mayChangeInstance(ctx: EcsContext, host: ContainerInstance): void {
  const { caller } = ctx.call;
  if (ctx.store.get(accessKeys, caller.accessKeyId)?.hostId === undefined || host.registeredBy === caller.arn) return;
  throw accessDenied(`User: ${caller.arn} is not authorized to change ${host.arn}: another host registered it`);
}
