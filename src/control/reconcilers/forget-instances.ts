// Forgets EC2 instances an hour after they ended.
import { planForgetInstance } from '#core/instance/plan-forget.ts';
import { instances, type Instance } from '#model/instance.ts';
import { reconciler } from '../reconciler.ts';

/** Keys: instance ids. */
export const forgetInstances = reconciler<Instance, { readonly id: string }>({
  name: 'forget-instances',
  *keysAtStart(reader) {
    for (const instance of reader.by(instances, 'terminated', 'terminated')) yield instance.id;
  },
  *keysOf({ table, key, after }) {
    if (table.name === instances.name && (after as Instance | undefined)?.state === 'terminated') yield key;
  },
  load: (reader, key) => reader.get(instances, key),
  plan: planForgetInstance,
  apply: (tx, { id }) => tx.delete(instances, id),
});
