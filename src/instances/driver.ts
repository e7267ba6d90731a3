// What keeps machines: the small interface behind which `local`, `command` and the test's `fake` stand. A driver remembers its machines
// by itself, outside the control plane, which may die between any two calls; every call may be made again.

/** All that a machine is started with. */
export interface MachineSpec {
  /** `i-` + 17 hex */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly availabilityZone: string;
  readonly privateIpAddress: string;
  /** Where this host reaches it, if it is on this host. */
  readonly underlayAddress: string;
  readonly macAddress: string;
  /** Base64, as given to RunInstances. */
  readonly userData?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What its ECS agent is started with. */
  readonly agent: {
    /** Where the control plane answers the agent. */
    readonly server: string;
    readonly cluster: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    /** Lets a machine that is not this one join over TLS. */
    readonly token?: string;
    readonly attributes: Readonly<Record<string, string>>;
  };
}

/**
 * `up`: it runs. `off`: it is kept and can be started again (stopped, or the host booted meanwhile). `dead`: it ended by itself.
 */
export interface MachineView {
  readonly id: string;
  readonly state: 'up' | 'off' | 'dead';
}

export interface InstanceDriver {
  readonly name: string;
  /** Starts the machine, or finds it running; resolves when it runs. Rejects with DriverRefusal, or anything else to be tried again. */
  start(spec: MachineSpec): Promise<void>;
  /** Ends it; `forget` takes away all that it kept. A machine that is not there is a success. */
  stop(id: string, how: 'keep' | 'forget'): Promise<void>;
  /** Every machine of this installation. */
  list(): Promise<readonly MachineView[]>;
}

/** The driver will not have this machine, now or later: no use to try again. Its text becomes the instance's state reason. */
export class DriverRefusal extends Error {}
