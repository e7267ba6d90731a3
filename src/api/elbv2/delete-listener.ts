// DeleteListener: its rules go with it.
import { listeners, rules, type Listener } from '#model/load-balancer.ts';
import type { Transaction } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { getListener } from './find.ts';
import type { Shape } from './shapes.ts';

export function deleteListener(input: Shape<{ ListenerArn: string }>, ctx: ApiContext): object {
  return ctx.store.transact((tx) => {
    removeListener(tx, getListener(tx, ctx, input.ListenerArn));
    return {};
  });
}

export function removeListener(tx: Transaction, listener: Listener): void {
  for (const rule of [...tx.by(rules, 'listener', listener.arn)]) tx.delete(rules, rule.arn);
  tx.delete(listeners, listener.arn);
}
