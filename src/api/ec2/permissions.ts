// Permissions of a request (a protocol, ports and many sources) taken apart into rules with one source each, as they are stored.
import { isIPv6 } from 'node:net';
import { parseCidr, renderCidr } from '#core/network/cidr.ts';
import type { SecurityGroup, SecurityGroupRule } from '#model/network.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { getGroup, groupNamed } from './find.ts';
import { invalidParameter, missingParameter, notFound } from './errors.ts';
import type { IpPermission } from './shapes.ts';

/** A rule before it has an id. */
export type RuleDraft = Omit<SecurityGroupRule, 'id' | 'tags'>;

/** The parameters of Authorize- and RevokeSecurityGroup…: IpPermissions, or the older flat ones. */
export interface PermissionInput {
  readonly IpPermissions?: readonly IpPermission[] | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
  readonly SourceSecurityGroupName?: string | undefined;
}

const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'icmpv6' };
const NAMED = new Set(['tcp', 'udp', 'icmp', 'icmpv6']);
const PORT_MAX = 65_535;

/** Rules in the order of the request. Throws for the first thing wrong: protocol, ports, source, or the same rule twice. */
export function parsePermissions(reader: Reader, ctx: ApiContext, group: SecurityGroup, direction: RuleDraft['direction'], input: PermissionInput): RuleDraft[] {
  const drafts = permissionsOf(input).flatMap((permission) => {
    const base = { direction, ...parseProtocolAndPorts(permission) };
    const sources = parseSources(reader, ctx, group, permission);
    if (sources.length === 0) throw new AwsError('MissingParameter', 'Missing source specification: include source security group or CIDR information');
    return sources.map((source) => ({ ...base, ...source }));
  });
  if (new Set(drafts.map(identity)).size < drafts.length) throw invalidParameter('The same permission must not appear multiple times');
  return drafts;
}

function permissionsOf(input: PermissionInput): readonly IpPermission[] {
  if (input.IpPermissions !== undefined && input.IpPermissions.length > 0) return input.IpPermissions;
  const { IpProtocol, FromPort, ToPort, CidrIp, SourceSecurityGroupName } = input;
  if (IpProtocol === undefined && CidrIp === undefined && SourceSecurityGroupName === undefined) throw missingParameter('ipPermissions');
  return [
    {
      // A source group alone means all traffic from it.
      IpProtocol: IpProtocol ?? (SourceSecurityGroupName === undefined ? undefined : '-1'),
      FromPort,
      ToPort,
      IpRanges: CidrIp === undefined ? [] : [{ CidrIp }],
      UserIdGroupPairs: SourceSecurityGroupName === undefined ? [] : [{ GroupName: SourceSecurityGroupName }],
    },
  ];
}

function parseProtocolAndPorts({ IpProtocol, FromPort, ToPort }: IpPermission): { protocol: string; fromPort?: number; toPort?: number } {
  const protocol = parseProtocol(IpProtocol);
  if (protocol === 'tcp' || protocol === 'udp') {
    if (FromPort === undefined || ToPort === undefined) throw invalidParameter(`Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`);
    for (const port of [FromPort, ToPort]) if (port < 0 || port > PORT_MAX) throw invalidParameter(`TCP/UDP port (${port}) out of range`);
    if (FromPort > ToPort) throw invalidParameter(`Invalid TCP/UDP port range (${FromPort}-${ToPort})`);
    return { protocol, fromPort: FromPort, toPort: ToPort };
  }
  // For ICMP the ports are type and code, -1 for all.
  if (protocol === 'icmp' || protocol === 'icmpv6') return { protocol, fromPort: FromPort ?? -1, toPort: ToPort ?? -1 };
  return { protocol };
}

function parseProtocol(text: string | undefined): string {
  if (text === undefined || text === '') throw missingParameter('ipProtocol');
  const lower = text.toLowerCase();
  if (lower === '-1' || lower === 'all') return '-1';
  if (NAMED.has(lower)) return lower;
  if (/^\d{1,3}$/.test(lower) && Number(lower) <= 255) return PROTOCOL_NUMBERS[String(Number(lower))] ?? String(Number(lower));
  throw invalidParameter(`Invalid value '${text}' for IP protocol. Unknown protocol.`);
}

type Source = Pick<SecurityGroupRule, 'cidrIpv4' | 'cidrIpv6' | 'referencedGroupId' | 'description'>;

function parseSources(reader: Reader, ctx: ApiContext, group: SecurityGroup, permission: IpPermission): Source[] {
  const described = (description: string | undefined): Source => (description === undefined || description === '' ? {} : { description });
  for (const { PrefixListId = '' } of permission.PrefixListIds ?? []) {
    throw new AwsError('InvalidPrefixListID.NotFound', `The prefix list ID '${PrefixListId}' does not exist`);
  }
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) => ({ cidrIpv4: parseIpv4Block(CidrIp), ...described(Description) })),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => ({ cidrIpv6: parseIpv6Block(CidrIpv6), ...described(Description) })),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId, GroupName, Description }) => ({
      referencedGroupId: referencedGroup(reader, ctx, group, GroupId, GroupName).id,
      ...described(Description),
    })),
  ];
}

function parseIpv4Block(text: string | undefined): string {
  const cidr = text === undefined ? undefined : parseCidr(text);
  if (cidr === undefined) throw invalidParameter(`CIDR block ${text ?? 'null'} is malformed`);
  return renderCidr(cidr);
}

function parseIpv6Block(text: string | undefined): string {
  const [address = '', prefix = ''] = (text ?? '').split('/');
  if (!isIPv6(address) || !/^\d{1,3}$/.test(prefix) || Number(prefix) > 128) throw invalidParameter(`CIDR block ${text ?? 'null'} is malformed`);
  return `${address.toLowerCase()}/${Number(prefix)}`;
}

function referencedGroup(reader: Reader, ctx: ApiContext, group: SecurityGroup, id: string | undefined, name: string | undefined): SecurityGroup {
  if (id !== undefined) {
    const found = getGroup(reader, ctx, id);
    if (found.vpcId !== group.vpcId) throw new AwsError('InvalidGroup.NotFound', 'You have specified two resources that belong to different networks.');
    return found;
  }
  const found = name === undefined ? undefined : groupNamed(reader, group.vpcId, name);
  if (found === undefined) throw notFound('security-group', [name ?? '']);
  return found;
}

/** What makes two rules the same: everything but id, description and tags. */
export function identity(rule: RuleDraft): string {
  return [rule.direction, rule.protocol, rule.fromPort, rule.toPort, sourceOf(rule)].join(' ');
}

function sourceOf(rule: RuleDraft): string {
  return rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.referencedGroupId ?? '';
}

/** The rule as EC2 spells it in an error: `peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW`. */
export function renderRule(rule: RuleDraft): string {
  const protocol = rule.protocol === '-1' ? 'ALL' : NAMED.has(rule.protocol) ? rule.protocol.toUpperCase() : `protocol: ${rule.protocol}`;
  const ports = rule.fromPort === undefined ? '' : rule.protocol.startsWith('icmp') ? `type: ${rule.fromPort}, code: ${rule.toPort}, ` : `from port: ${rule.fromPort}, to port: ${rule.toPort}, `;
  return `peer: ${sourceOf(rule)}, ${protocol}, ${ports}ALLOW`;
}
