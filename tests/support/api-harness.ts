// The handlers of a service called directly, over a real store with a memory journal: no wire, no processes.
import { CapacityIndex } from '#core/placement/capacity-index.ts';
import { createEcsService } from '#api/ecs/service.ts';
import type { EcsDeps } from '#api/ecs/context.ts';
import { ensureDefaultVpc } from '#api/default-vpc.ts';
import { silentLogger } from '#base/logger.ts';
import { seededRandom } from '#base/random.ts';
import { containerInstances } from '#model/container-instance.ts';
import { securityGroups, subnets, vpcs } from '#model/network.ts';
import { TABLES } from '#model/tables.ts';
import { memoryJournal } from '#store/journal/memory-journal.ts';
import { openStore } from '#store/memory-store.ts';
import type { Store } from '#store/store.ts';
import type { AwsCall } from '#wire/call.ts';
import type { Service } from '#wire/service.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
export const AGENT_ARN = `arn:aws:iam::${ACCOUNT}:user/agent`;

export interface CallOptions {
  readonly account?: string;
  readonly region?: string;
  readonly callerArn?: string;
  readonly accessKeyId?: string;
}

export interface EcsHarness {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly capacity: CapacityIndex;
  readonly service: Service<any>;
  /** Calls an operation as the wire would after parsing. Answers lose nothing: Dates stay Dates. */
  call(operation: string, input?: Record<string, unknown>, options?: CallOptions): any;
  /** Registers a host and connects its agent. Returns its ARN. */
  addHost(options?: HostOptions): string;
  /** Subnet ids of the default VPC, made if need be, and its default security group. */
  network(options?: CallOptions): { subnets: string[]; securityGroup: string };
}

export interface HostOptions extends CallOptions {
  readonly cluster?: string;
  readonly pool?: 'fargate';
  readonly cpu?: number;
  readonly memoryMiB?: number;
  readonly attributes?: readonly { name: string; value?: string }[];
  readonly zone?: string;
}

/** A fresh, empty control plane. @param seed of everything random in it */
export async function openEcs(seed = 1, freezeRows = true): Promise<EcsHarness> {
  const store = await openStore({ journal: memoryJournal(), tables: TABLES, log: silentLogger, freezeRows });
  const capacity = new CapacityIndex();
  store.watch((commit) => capacity.apply(commit.changes));
  const clock = virtualClock();
  const random = seededRandom(seed);
  const agentEndpoint = (call: AwsCall): { endpoint: string; telemetryEndpoint: string } => ({
    endpoint: `${call.baseUrl}/_acs`,
    telemetryEndpoint: `${call.baseUrl}/_tcs`,
  });
  const deps: EcsDeps = { store, random, clock, log: silentLogger, capacity, agentEndpoint };
  const service: Service<any> = createEcsService(deps);
  const call = (operation: string, input: Record<string, unknown> = {}, options: CallOptions = {}): any =>
    service.operations[operation]!.handler(input, service.context(awsCall(operation, options, clock.now())));

  return {
    store,
    clock,
    capacity,
    service,
    call,
    addHost: (options = {}) => addHost(store, call, options),
    network(options = {}) {
      const [account, region] = [options.account ?? ACCOUNT, options.region ?? REGION];
      store.transact((tx) => ensureDefaultVpc(tx, account, region, random));
      const vpc = [...store.by(vpcs, 'default', `${account}/${region}`)][0]!;
      return {
        subnets: [...store.by(subnets, 'vpc', vpc.id)].map((s) => s.id),
        securityGroup: [...store.by(securityGroups, 'vpc', vpc.id)][0]!.id,
      };
    },
  };
}

/** A verified call as the server makes it. */
export function awsCall(operation: string, options: CallOptions = {}, now = 0): AwsCall {
  const account = options.account ?? ACCOUNT;
  return {
    caller: { account, arn: options.callerArn ?? `arn:aws:iam::${account}:root`, userId: account, accessKeyId: options.accessKeyId ?? 'AKIATEST' },
    region: options.region ?? REGION,
    service: 'ecs',
    operation,
    requestId: '00000000-0000-4000-8000-000000000000',
    now,
    sourceIp: '127.0.0.1',
    userAgent: 'test',
    baseUrl: 'http://127.0.0.1:4566',
    signal: new AbortController().signal,
  };
}

function addHost(store: Store, call: EcsHarness['call'], options: HostOptions): string {
  const attributes = [...(options.attributes ?? [])];
  if (options.pool) attributes.push({ name: 'longshore.pool', value: options.pool });
  if (options.zone) attributes.push({ name: 'ecs.availability-zone', value: options.zone });
  const totalResources = [
    { name: 'CPU', type: 'INTEGER', integerValue: options.cpu ?? 4096 },
    { name: 'MEMORY', type: 'INTEGER', integerValue: options.memoryMiB ?? 8192 },
    { name: 'PORTS', type: 'STRINGSET', stringSetValue: ['22', '2375'] },
    { name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: [] },
  ];
  const request = { cluster: options.cluster, attributes, totalResources };
  const answer = call('RegisterContainerInstance', request, { callerArn: AGENT_ARN, ...options });
  const arn: string = answer.containerInstance.containerInstanceArn;
  store.transact((tx) => tx.put(containerInstances, { ...tx.get(containerInstances, arn)!, agentConnected: true }));
  return arn;
}
