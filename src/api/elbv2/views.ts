// Rows as the API shows them.
import { defaultRuleArn as arnOfDefaultRule, type Listener, type LoadBalancer, type Rule, type TargetGroup } from '#model/load-balancer.ts';
import { subnets } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import { viewActions } from './actions.ts';
import { viewConditions } from './conditions.ts';
import { loadBalancersOf } from './find.ts';
import type { Listener as AwsListener, LoadBalancer as AwsLoadBalancer, Rule as AwsRule, TargetGroup as AwsTargetGroup } from './shapes.ts';

export function viewLoadBalancer(reader: Reader, row: LoadBalancer): AwsLoadBalancer {
  return {
    LoadBalancerArn: row.arn,
    DNSName: row.dnsName,
    CanonicalHostedZoneId: row.type === 'application' ? 'Z35SXDOTRQ7X7K' : 'Z26RNL4JYFTOTI',
    CreatedTime: new Date(row.createdAt),
    LoadBalancerName: row.name,
    Scheme: row.scheme,
    VpcId: row.vpcId,
    State: { Code: row.state, ...(row.stateReason === undefined ? {} : { Reason: row.stateReason }) },
    Type: row.type,
    AvailabilityZones: row.subnetIds.map((id) => ({ ZoneName: reader.get(subnets, id)?.availabilityZone, SubnetId: id, LoadBalancerAddresses: [] })),
    ...(row.securityGroupIds.length > 0 || row.type === 'application' ? { SecurityGroups: [...row.securityGroupIds] } : {}),
    IpAddressType: row.ipAddressType,
  };
}

export function viewListener(row: Listener): AwsListener {
  return {
    ListenerArn: row.arn,
    LoadBalancerArn: row.loadBalancerArn,
    Port: row.port,
    Protocol: row.protocol,
    // Only the default one is shown here: the others are DescribeListenerCertificates'.
    ...(row.certificateArns.length === 0 ? {} : { Certificates: [{ CertificateArn: row.certificateArns[0] }] }),
    ...(row.sslPolicy === undefined ? {} : { SslPolicy: row.sslPolicy }),
    DefaultActions: viewActions(row.defaultActions),
    ...(row.alpnPolicy === undefined ? {} : { AlpnPolicy: [row.alpnPolicy] }),
  };
}

export function viewRule(row: Rule): AwsRule {
  return { RuleArn: row.arn, Priority: String(row.priority), Conditions: viewConditions(row.conditions), Actions: viewActions(row.actions), IsDefault: false };
}

/** Every listener has a rule for everything else; it is no row of its own. */
export function viewDefaultRule(listener: Listener): AwsRule {
  return { RuleArn: defaultRuleArn(listener), Priority: 'default', Conditions: [], Actions: viewActions(listener.defaultActions), IsDefault: true };
}

export function defaultRuleArn(listener: Listener): string {
  return arnOfDefaultRule(listener.arn);
}

export function viewTargetGroup(reader: Reader, row: TargetGroup): AwsTargetGroup {
  const check = row.healthCheck;
  return {
    TargetGroupArn: row.arn,
    TargetGroupName: row.name,
    Protocol: row.protocol,
    Port: row.port,
    VpcId: row.vpcId,
    HealthCheckProtocol: check.protocol as AwsTargetGroup['HealthCheckProtocol'],
    HealthCheckPort: check.port,
    HealthCheckEnabled: check.enabled,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    ...(check.path === undefined ? {} : { HealthCheckPath: check.path }),
    ...(check.matcher === undefined ? {} : { Matcher: { HttpCode: check.matcher } }),
    LoadBalancerArns: loadBalancersOf(reader, row.arn),
    TargetType: row.targetType,
    ...(row.protocolVersion === undefined ? {} : { ProtocolVersion: row.protocolVersion }),
    IpAddressType: 'ipv4',
  };
}
