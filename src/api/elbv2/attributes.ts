// Attributes of load balancers, listeners and target groups: names, defaults and what values they may have, as
// ModifyLoadBalancerAttributes, ModifyListenerAttributes and ModifyTargetGroupAttributes document them.
import { validationError } from './errors.ts';

interface AttributeRule {
  readonly initial: string;
  readonly allows: (value: string) => boolean;
}

const bool = (initial: string): AttributeRule => ({ initial, allows: (value) => value === 'true' || value === 'false' });
const range = (initial: number, from: number, to: number, zero = false): AttributeRule => ({
  initial: String(initial),
  allows: (value) => /^\d+$/.test(value) && ((Number(value) >= from && Number(value) <= to) || (zero && value === '0')),
});
const oneOf = (initial: string, ...values: string[]): AttributeRule => ({ initial, allows: (value) => values.includes(value) });
const text = (initial = ''): AttributeRule => ({ initial, allows: (value) => value.length <= 1024 });

/** HTTP has no control characters there. */
const headerValue: AttributeRule = { initial: '', allows: (value) => value.length <= 1024 && !/\p{Cc}/u.test(value) };

export type AttributeRules = Readonly<Record<string, AttributeRule>>;

const COMMON_LOAD_BALANCER: AttributeRules = {
  'access_logs.s3.enabled': bool('false'),
  'access_logs.s3.bucket': text(),
  'access_logs.s3.prefix': text(),
  'deletion_protection.enabled': bool('false'),
  'load_balancing.cross_zone.enabled': bool('true'),
};

export const LOAD_BALANCER_ATTRIBUTES: Readonly<Record<'application' | 'network', AttributeRules>> = {
  application: {
    ...COMMON_LOAD_BALANCER,
    'client_keep_alive.seconds': range(3600, 60, 604_800),
    'connection_logs.s3.bucket': text(),
    'connection_logs.s3.enabled': oneOf('false', 'false'),
    'connection_logs.s3.prefix': text(),
    'idle_timeout.timeout_seconds': range(60, 1, 4000),
    'routing.http.desync_mitigation_mode': oneOf('defensive', 'monitor', 'defensive', 'strictest'),
    'routing.http.drop_invalid_header_fields.enabled': bool('false'),
    'routing.http.preserve_host_header.enabled': bool('false'),
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': bool('false'),
    'routing.http.xff_client_port.enabled': bool('false'),
    'routing.http.xff_header_processing.mode': oneOf('append', 'append', 'preserve', 'remove'),
    'routing.http2.enabled': bool('true'),
    'waf.fail_open.enabled': bool('false'),
    'zonal_shift.config.enabled': bool('false'),
  },
  network: {
    ...COMMON_LOAD_BALANCER,
    'load_balancing.cross_zone.enabled': bool('false'),
    'dns_record.client_routing_policy': oneOf('any_availability_zone', 'any_availability_zone', 'availability_zone_affinity', 'partial_availability_zone_affinity'),
    'zonal_shift.config.enabled': bool('false'),
  },
};

const HTTP_LISTENER_HEADERS = [
  'routing.http.response.access_control_allow_credentials.header_value',
  'routing.http.response.access_control_allow_headers.header_value',
  'routing.http.response.access_control_allow_methods.header_value',
  'routing.http.response.access_control_allow_origin.header_value',
  'routing.http.response.access_control_expose_headers.header_value',
  'routing.http.response.access_control_max_age.header_value',
  'routing.http.response.content_security_policy.header_value',
  'routing.http.response.strict_transport_security.header_value',
  'routing.http.response.x_content_type_options.header_value',
  'routing.http.response.x_frame_options.header_value',
];

export const LISTENER_ATTRIBUTES: Readonly<Record<'application' | 'network', AttributeRules>> = {
  application: { 'routing.http.response.server.enabled': bool('true'), ...Object.fromEntries(HTTP_LISTENER_HEADERS.map((name) => [name, headerValue])) },
  network: { 'tcp.idle_timeout.seconds': range(350, 60, 6000) },
};

const COMMON_GROUP: AttributeRules = {
  'deregistration_delay.timeout_seconds': range(300, 0, 3600),
  'load_balancing.cross_zone.enabled': oneOf('use_load_balancer_configuration', 'true', 'false', 'use_load_balancer_configuration'),
  'stickiness.enabled': bool('false'),
  'target_group_health.dns_failover.minimum_healthy_targets.count': text('1'),
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': text('off'),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': text('1'),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': text('off'),
};

const HTTP_GROUP: AttributeRules = {
  ...COMMON_GROUP,
  'load_balancing.algorithm.type': oneOf('round_robin', 'round_robin', 'least_outstanding_requests'),
  'load_balancing.algorithm.anomaly_mitigation': oneOf('off', 'off'),
  'slow_start.duration_seconds': range(0, 30, 900, true),
  'stickiness.type': oneOf('lb_cookie', 'lb_cookie', 'app_cookie'),
  'stickiness.lb_cookie.duration_seconds': range(86_400, 1, 604_800),
  'stickiness.app_cookie.cookie_name': { initial: '', allows: (value) => /^[A-Za-z0-9!#$%&'*+.^_`|~-]*$/.test(value) && !value.startsWith('AWSALB') },
  'stickiness.app_cookie.duration_seconds': range(86_400, 1, 604_800),
};

const TCP_GROUP: AttributeRules = {
  ...COMMON_GROUP,
  'deregistration_delay.connection_termination.enabled': bool('false'),
  'preserve_client_ip.enabled': oneOf('false', 'false'),
  'proxy_protocol_v2.enabled': bool('false'),
  'stickiness.type': oneOf('source_ip', 'source_ip'),
  'target_health_state.unhealthy.connection_termination.enabled': bool('true'),
  'target_health_state.unhealthy.draining_interval_seconds': range(0, 0, 360_000),
};

export function targetGroupAttributes(protocol: string): AttributeRules {
  return protocol === 'HTTP' || protocol === 'HTTPS' ? HTTP_GROUP : TCP_GROUP;
}

export function initialAttributes(rules: AttributeRules): Record<string, string> {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.initial]));
}

interface AttributeInput {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The attributes with those of a request. @param noun as the message says: `load balancer` */
export function changeAttributes(rules: AttributeRules, before: Readonly<Record<string, string>>, input: readonly AttributeInput[] | undefined, noun: string): Record<string, string> {
  const after = { ...before };
  const seen = new Set<string>();
  for (const { Key: key = '', Value: value = '' } of input ?? []) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) throw validationError(`${noun} attribute key '${key}' is not recognized`);
    if (seen.has(key)) throw validationError(`${noun} attribute key '${key}' is specified more than once`);
    if (!rule.allows(value)) throw validationError(`${noun} attribute value '${value}' is not valid for the key '${key}'`);
    seen.add(key);
    after[key] = value;
  }
  return after;
}

export function viewAttributes(attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}
