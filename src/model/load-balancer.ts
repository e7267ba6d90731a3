// Elastic Load Balancing v2: load balancers, listeners, rules, target groups and their targets.
//
// Writers: the API owns everything but a target's health and a load balancer's state, which the balancer reports, and a task's
// registration, which the target reconciler makes and ends. A drained target's row is deleted by the balancer.
import { table } from './table.ts';
import type { Tag } from './tag.ts';

interface Owned {
  readonly account: string;
  readonly region: string;
  readonly tags: readonly Tag[];
}

export interface LoadBalancer extends Owned {
  /** `arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/<name>/<16 hex>` */
  readonly arn: string;
  readonly name: string;
  readonly type: 'application' | 'network';
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly ipAddressType: 'ipv4' | 'dualstack';
  /** `<name>-<digits>.<region>.elb.localhost`: resolves to loopback on the host, to the address below inside the VPC. */
  readonly dnsName: string;
  /** Loopback address of its own (127.x.y.z) it listens on, so that two listeners on port 80 do not clash. */
  readonly hostAddress: string;
  /** Its network interface in the first subnet. */
  readonly networkInterfaceId: string;
  readonly privateIpAddress: string;
  readonly state: 'provisioning' | 'active' | 'active_impaired' | 'failed';
  readonly stateReason?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

export interface ForwardTarget {
  readonly targetGroupArn: string;
  readonly weight: number;
}

export type Action =
  | { readonly type: 'forward'; readonly order: number; readonly targets: readonly ForwardTarget[]; readonly stickinessSeconds?: number }
  | { readonly type: 'redirect'; readonly order: number; readonly protocol: string; readonly port: string; readonly host: string; readonly path: string; readonly query: string; readonly statusCode: 'HTTP_301' | 'HTTP_302' }
  | { readonly type: 'fixed-response'; readonly order: number; readonly statusCode: string; readonly contentType?: string; readonly messageBody?: string };

export type Condition =
  | { readonly field: 'host-header' | 'path-pattern' | 'http-request-method' | 'source-ip'; readonly values: readonly string[] }
  | { readonly field: 'http-header'; readonly headerName: string; readonly values: readonly string[] }
  | { readonly field: 'query-string'; readonly pairs: readonly { readonly key?: string; readonly value: string }[] };

export interface Listener extends Owned {
  /** `…:listener/app/<name>/<lb id>/<16 hex>` */
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'UDP' | 'TLS' | 'TCP_UDP';
  readonly defaultActions: readonly Action[];
  readonly sslPolicy?: string;
  readonly alpnPolicy?: string;
  /** The first is the default certificate; the others are chosen by SNI. */
  readonly certificateArns: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

/** The ARN of a listener's default rule, which is no row of its own: it ends with the listener's own id turned round. */
export function defaultRuleArn(listenerArn: string): string {
  const id = listenerArn.slice(listenerArn.lastIndexOf('/') + 1);
  return `${listenerArn.replace(':listener/', ':listener-rule/')}/${[...id].reverse().join('')}`;
}

/** The listener whose default rule an ARN means; undefined for any other ARN. */
export function listenerOfDefaultRule(ruleArn: string): string | undefined {
  const listenerArn = ruleArn.slice(0, ruleArn.lastIndexOf('/')).replace(':listener-rule/', ':listener/');
  return defaultRuleArn(listenerArn) === ruleArn ? listenerArn : undefined;
}

export interface Rule extends Owned {
  /** `…:listener-rule/app/<name>/<lb id>/<listener id>/<16 hex>` */
  readonly arn: string;
  readonly listenerArn: string;
  readonly priority: number;
  readonly conditions: readonly Condition[];
  readonly actions: readonly Action[];
}

export interface HealthCheckSettings {
  readonly enabled: boolean;
  readonly protocol: string;
  /** `traffic-port` or a number as text. */
  readonly port: string;
  readonly path?: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** `200`, `200-299,301` */
  readonly matcher?: string;
}

export interface TargetGroup extends Owned {
  /** `arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/<name>/<16 hex>` */
  readonly arn: string;
  readonly name: string;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'UDP' | 'TLS' | 'TCP_UDP';
  readonly protocolVersion?: 'HTTP1' | 'HTTP2' | 'GRPC';
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: 'instance' | 'ip';
  readonly healthCheck: HealthCheckSettings;
  readonly attributes: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable';

export interface Target {
  readonly targetGroupArn: string;
  /** IP address or instance id. */
  readonly id: string;
  readonly port: number;
  /** Where traffic goes: the address itself, or the instance's. */
  readonly address: string;
  readonly availabilityZone?: string;
  /** The task it was registered for; absent when registered through the API. */
  readonly taskArn?: string;
  readonly registeredAt: number;
  /** Set by deregistration: no new requests from then on. */
  readonly drainingSince?: number;
  /** Last health the balancer reported, and since when. */
  readonly health: { readonly state: TargetState; readonly reason?: string; readonly description?: string; readonly since: number };
}

export interface Certificate extends Owned {
  /** `arn:aws:acm:<region>:<account>:certificate/<uuid>` */
  readonly arn: string;
  readonly domainName: string;
  readonly subjectAlternativeNames: readonly string[];
  /** PEM */
  readonly certificate: string;
  readonly chain?: string;
  /** PEM; secret. */
  readonly privateKey: string;
  readonly serial: string;
  readonly issuer: string;
  readonly subject: string;
  readonly keyAlgorithm: string;
  readonly signatureAlgorithm: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly importedAt: number;
}

const scope = (row: Owned): string => `${row.account}/${row.region}`;

export const loadBalancers = table<LoadBalancer>('load_balancers', (b) => b.arn, { scope, name: (b) => `${scope(b)}/${b.name}`, networkInterface: (b) => b.networkInterfaceId });
const groupsOf = (actions: readonly Action[]): string[] => [...new Set(actions.flatMap((a) => (a.type === 'forward' ? a.targets.map((t) => t.targetGroupArn) : [])))];

export const listeners = table<Listener>('listeners', (l) => l.arn, {
  loadBalancer: (l) => l.loadBalancerArn,
  /** Target groups it forwards to by default. */
  group: (l) => groupsOf(l.defaultActions),
  certificate: (l) => l.certificateArns,
});
export const rules = table<Rule>('listener_rules', (r) => r.arn, { listener: (r) => r.listenerArn, group: (r) => groupsOf(r.actions) });
export const targetGroups = table<TargetGroup>('target_groups', (g) => g.arn, { scope, name: (g) => `${scope(g)}/${g.name}` });
export const targets = table<Target>('targets', (t) => `${t.targetGroupArn}|${t.id}|${t.port}`, {
  group: (t) => t.targetGroupArn,
  task: (t) => t.taskArn,
  draining: (t) => (t.drainingSince === undefined ? undefined : 'draining'),
});
export const certificates = table<Certificate>('certificates', (c) => c.arn, { scope });
