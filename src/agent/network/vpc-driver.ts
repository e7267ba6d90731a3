// What the agent asks of the machine for its VPCs. The real one is linux-driver.ts, the fake tests/support/fake-vpc-driver.ts.
import type { VpcState } from '#core/network/vpc-state.ts';
import type { Outcome } from '../runtime.ts';

export interface VpcDriver {
  /** Makes bridge, tunnel, addresses and security groups what the state says, whatever there was. Idempotent. */
  apply(state: VpcState, host: string): Promise<Outcome<void>>;
  /** Takes the VPC's tunnel, addresses and security groups away; its bridge stays until the agent's sweep. Idempotent. */
  remove(vpcId: string): Promise<Outcome<void>>;
  /** The machine may not be as it was left: look before the next change. */
  forget(): void;
}
