// ECS Anywhere: activations let machines outside AWS in as managed instances (SSM's `mi-…`), and those register as EXTERNAL hosts.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

/** Written by CreateActivation and DeleteActivation, counted up by each registration. */
export interface Activation {
  /** UUID. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** SHA-256 of the code, hex: the code itself is shown once. */
  readonly codeHash: string;
  readonly description?: string;
  readonly defaultInstanceName?: string;
  /** Name of the role, as it was given. */
  readonly iamRole: string;
  readonly registrationLimit: number;
  readonly registrationsCount: number;
  readonly expiresAt: number;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
}
export const activations = table<Activation>('activations', (row) => row.id, { scope: (row) => `${row.account}/${row.region}` });

/** A machine that registered with an activation. Written by joining, deleted by DeregisterManagedInstance or when the host leaves. */
export interface ManagedInstance {
  /** `mi-` and 17 hex digits. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly activationId: string;
  readonly name?: string;
  readonly iamRole: string;
  /** The joined host that it is (model/joined-host.ts). */
  readonly hostId: string;
  readonly ipAddress: string;
  readonly computerName: string;
  readonly agentVersion: string;
  readonly registeredAt: number;
  readonly tags: readonly Tag[];
}
export const managedInstances = table<ManagedInstance>('managed_instances', (row) => row.id, { scope: (row) => `${row.account}/${row.region}` });
