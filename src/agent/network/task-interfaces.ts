// What the agent asks of the machine for the interfaces of awsvpc tasks: a network namespace for each task, made before its first container
// and gone before the task is reported stopped. The real one is linux-interfaces.ts, the fake tests/support/fake-interfaces.ts.
//
// Docker could make them, too: where this is not to be had, it does (spec/network.ts). Its way takes twice the time, most of it for starting
// itself again inside of each container, and a second container where several share the interface.
import { createHash } from 'node:crypto';
import type { PayloadTask } from '#link/messages.ts';
import type { Outcome, RuntimeInfo } from '../runtime.ts';
import { taskGroupId } from '../spec/names.ts';
import { taskEndpoint, taskInterface, vpcBridgeName } from '../spec/network.ts';

/** The OCI runtime that puts a container into a namespace of ours: tools/setup/task-runtime.sh, which set-up makes known to Docker. */
export const TASK_RUNTIME = 'longshore';

export interface TaskInterface {
  readonly namespace: string;
  readonly vpcId: string;
  readonly bridge: string;
  readonly ipv4Address: string;
  readonly macAddress: string;
  /** Of the whole VPC, all of which is on the link. */
  readonly vpcCidrBlock: string;
}

/** Bytes and packets since the interface was made, in the members that Docker's statistics have. */
export type InterfaceCounters = Readonly<Record<`${'rx' | 'tx'}_${'bytes' | 'packets' | 'errors' | 'dropped'}`, number>>;

export interface TaskInterfaces {
  /** Makes the namespace with the interface in it. Idempotent; fails with ResourceInitializationError, also when a task that runs has the address. */
  attach(wanted: TaskInterface): Promise<Outcome<void>>;
  /** The address may be had again when this resolves. Idempotent. */
  detach(wanted: TaskInterface): Promise<Outcome<void>>;
  /** Removes this agent's namespaces but those, and those in which something runs. */
  sweep(agentId: string, used: ReadonlySet<string>): Promise<void>;
  /** Undefined when there is no such interface. */
  counters(wanted: TaskInterface): InterfaceCounters | undefined;
  /** The machine may not be as it was left. */
  forget(): void;
}

/** `ls-<agent>-<task>`: names the agent that owns it, for several may share a machine. */
export function namespaceName(agentId: string, taskArn: string): string {
  return `${namespacePrefix(agentId)}${taskGroupId(taskArn)}`;
}

export function namespacePrefix(agentId: string): string {
  return `ls-${agentId.slice(0, 12)}-`;
}

/** The host's end of the interface. One address of a VPC can be had once on a machine: the kernel refuses a second device of this name. */
export function interfaceDevice({ vpcId, ipv4Address }: Pick<TaskInterface, 'vpcId' | 'ipv4Address'>): string {
  return `lv-${createHash('sha256').update(`${vpcId} ${ipv4Address}`).digest('hex').slice(0, 11)}`;
}

/** Undefined when the task has no interface, or none that can be made. */
export function taskInterfaceSpec(task: PayloadTask, namespace: string): TaskInterface | undefined {
  const eni = taskInterface(task);
  const endpoint = taskEndpoint(task);
  if (eni === undefined || typeof endpoint === 'string') return undefined;
  const { ipv4Address, macAddress } = endpoint;
  return { namespace, vpcId: eni.vpcId, bridge: vpcBridgeName(eni.vpcId), ipv4Address, macAddress, vpcCidrBlock: eni.vpcCidrBlock };
}

/**
 * Whether containers of this engine can be put into namespaces of ours. Another OCI runtime than runc goes its own way, and the
 * namespaces of a remapped or rootless engine belong to users who may do nothing in one of root's.
 */
export function canAttach(info: RuntimeInfo, ociRuntime: string | undefined): boolean {
  return info.runtimes.includes(TASK_RUNTIME) && info.defaultRuntime === 'runc' && ociRuntime === undefined
    && !info.securityOptions.some((option) => /^name=(userns|rootless)/.test(option));
}

/** A container that asks for an OCI runtime of its own (GPUs may) cannot have ours. */
export function mayAttach(task: PayloadTask): boolean {
  return task.networkMode === 'awsvpc' && !task.containers.some(({ dockerConfig }) => /"Runtime":"[^"]/.test(dockerConfig.hostConfig));
}
