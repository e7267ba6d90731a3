// An EC2 instance: a machine that an instance driver keeps, with what its launch was asked for.
//
// Writers: the API and the group reconciler create it and set `desired` and tags; `state`, `failure` and the times that go with them
// belong to the instance keeper (src/instances), apart from the step into shutting-down and stopping, which the request takes itself;
// `interruptAt` belongs to whoever interrupts spot capacity.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export interface StateReason {
  /** `Client.UserInitiatedShutdown` */
  readonly code: string;
  readonly message: string;
}

export interface Instance {
  /** `i-` + 17 hex */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** `r-` + 17 hex, shared by what one request launched. */
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly imageId: string;
  readonly instanceType: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly networkInterfaceId: string;
  readonly privateIpAddress: string;
  readonly securityGroupIds: readonly string[];
  readonly keyName?: string;
  /** Base64, as given. */
  readonly userData?: string;
  /** ARN of the profile; its role is the instance's. */
  readonly instanceProfileArn?: string;
  readonly launchTemplate?: { readonly id: string; readonly name: string; readonly version: number };
  readonly spot: boolean;
  /** The key its agent signs with: it may do what agents do, and says which instance it is. */
  readonly accessKeyId: string;
  readonly clientToken?: string;
  readonly terminationProtected: boolean;
  readonly tags: readonly Tag[];
  readonly desired: 'running' | 'stopped' | 'terminated';
  readonly state: InstanceState;
  readonly stateReason?: StateReason;
  /** The driver's last refusal, while it is tried again. */
  readonly failure?: string;
  /** A spot instance that is being taken back ends then. */
  readonly interruptAt?: number;
  /** All times: epoch milliseconds. */
  readonly launchedAt: number;
  /** When the state last changed. */
  readonly changedAt: number;
}

/** What is left of it to do: nothing once the state is what is desired. */
function isUnsettled({ desired, state }: Instance): boolean {
  return state !== desired;
}

export const instances = table<Instance>('instances', (i) => i.id, {
  scope: (i) => `${i.account}/${i.region}`,
  key: (i) => i.accessKeyId,
  address: (i) => `${i.vpcId}/${i.privateIpAddress}`,
  networkInterface: (i) => i.networkInterfaceId,
  /** `<account>/<region>/<token>` of RunInstances. */
  clientToken: (i) => (i.clientToken === undefined ? undefined : `${i.account}/${i.region}/${i.clientToken}`),
  /** `waiting` until the state is what is desired. */
  unsettled: (i) => (isUnsettled(i) ? 'waiting' : undefined),
  /** Machines that a driver is to hold, or still holds. */
  live: (i) => (i.state === 'terminated' ? undefined : 'live'),
  /** TERMINATED ones, for the reaper. */
  terminated: (i) => (i.state === 'terminated' ? 'terminated' : undefined),
});
