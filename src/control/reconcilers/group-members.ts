// The rows of a group's instances: launched from its template, ended, and what its activities say of both.
import { ec2Id, uuid } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { requestTermination } from '#core/instance/end.ts';
import { planInstance, type InstanceSpec } from '#core/instance/launch.ts';
import { versionNumber } from '#core/instance/template.ts';
import { accessKeys } from '#model/account.ts';
import { groupInstances, lifecycleHooks, scalingActivities } from '#model/auto-scaling-group.ts';
import type { AutoScalingGroup, GroupInstance, ScalingActivity } from '#model/auto-scaling-group.ts';
import { instances } from '#model/instance.ts';
import { launchTemplates, launchTemplateVersions, type LaunchTemplateVersion } from '#model/launch-template.ts';
import { networkInterfaces, securityGroups, subnets, type Subnet } from '#model/network.ts';
import type { Reader, Transaction } from '#store/store.ts';

const ACTIVITIES_KEPT = 100;

/** The version of its launch template that a group launches now; undefined when it was deleted. */
export function templateOf(reader: Reader, group: AutoScalingGroup): LaunchTemplateVersion | undefined {
  const template = reader.get(launchTemplates, group.launchTemplate.id);
  const number = template && versionNumber(template, group.launchTemplate.version);
  return number === undefined ? undefined : reader.get(launchTemplateVersions, `${group.launchTemplate.id}/${number}`);
}

/** Its own subnets, or the default ones of its zones. */
export function subnetsOf(reader: Reader, group: AutoScalingGroup): Subnet[] {
  if (group.subnetIds.length > 0) return group.subnetIds.flatMap((id) => reader.get(subnets, id) ?? []);
  const inZones = (subnet: Subnet): boolean => subnet.defaultForAz && group.availabilityZones.includes(subnet.availabilityZone);
  return [...reader.by(subnets, 'scope', `${group.account}/${group.region}`)].filter(inZones);
}

/** Launches one instance in a zone, or writes down why that is not possible. */
export function launchMember(tx: Transaction, group: AutoScalingGroup, zone: string, cause: string, random: Random, now: number): void {
  const activityId = uuid(random);
  const fail = (why: string): void => putActivity(tx, group, { id: activityId, description: 'Launching a new EC2 instance', cause, statusCode: 'Failed', statusMessage: why, progress: 100, startedAt: now, endedAt: now }, now);
  const version = templateOf(tx, group);
  if (version === undefined) return fail(`The specified launch template, with template ID ${group.launchTemplate.id}, does not exist. Launching EC2 instance failed.`);
  const subnet = subnetsOf(tx, group).find((each) => each.availabilityZone === zone);
  if (subnet === undefined) return fail(`No subnet of the group is in ${zone}. Launching EC2 instance failed.`);
  if (version.launch.imageId === undefined) return fail('You must use a valid fully-formed launch template. The request must contain the parameter ImageId. Launching EC2 instance failed.');
  const isTaken = (vpcId: string, address: string): boolean => tx.count(networkInterfaces, 'address', `${vpcId}/${address}`) > 0;
  const spec = memberSpec(tx, group, version, version.launch.imageId, subnet);
  const made = planInstance(spec, subnet, { reservationId: ec2Id(random, 'r'), launchIndex: 0 }, { random, isTaken, now });
  if (made === undefined) return fail('There are not enough free addresses in the subnet. Launching EC2 instance failed.');
  const { instance } = made;
  tx.put(networkInterfaces, made.networkInterface);
  tx.put(accessKeys, made.key);
  tx.put(instances, instance);
  tx.put(groupInstances, {
    instanceId: instance.id,
    groupArn: group.arn,
    account: group.account,
    region: group.region,
    instanceType: instance.instanceType,
    availabilityZone: instance.availabilityZone,
    launchTemplate: { ...group.launchTemplate, version: String(version.version) },
    lifecycleState: 'Pending',
    healthStatus: 'HEALTHY',
    protectedFromScaleIn: group.newInstancesProtected,
    waits: [],
    joinedAt: now,
    since: now,
    activityId,
  });
  putActivity(tx, group, { id: activityId, instanceId: instance.id, description: `Launching a new EC2 instance: ${instance.id}`, cause, statusCode: 'InProgress', progress: 30, startedAt: now }, now);
}

function memberSpec(tx: Transaction, group: AutoScalingGroup, version: LaunchTemplateVersion, imageId: string, subnet: Subnet): InstanceSpec {
  const { launch } = version;
  const [fallback] = [...tx.by(securityGroups, 'name', `${subnet.vpcId}/default`)];
  const propagated = group.tags.filter((tag) => tag.propagateAtLaunch).map(({ key, value }) => ({ key, value }));
  const own = [
    { key: 'aws:autoscaling:groupName', value: group.name },
    { key: 'aws:ec2launchtemplate:id', value: group.launchTemplate.id },
    { key: 'aws:ec2launchtemplate:version', value: String(version.version) },
  ];
  return {
    ...launch,
    imageId,
    instanceType: group.instanceTypes[0] ?? launch.instanceType ?? 'm5.large',
    securityGroupIds: launch.securityGroupIds.length > 0 ? launch.securityGroupIds : fallback === undefined ? [] : [fallback.id],
    launchTemplate: { id: version.templateId, name: group.launchTemplate.name, version: version.version },
    spot: launch.spot || isSpotNext(tx, group),
    tags: [...new Map([...launch.tags, ...propagated, ...own].map((tag) => [tag.key, tag])).values()],
  };
}

/** Of a mixed instances policy: whether the next instance is to be a spot one. */
function isSpotNext(reader: Reader, { arn, onDemand }: AutoScalingGroup): boolean {
  if (onDemand === undefined) return false;
  const members = [...reader.by(groupInstances, 'group', arn)].filter(({ lifecycleState }) => !lifecycleState.startsWith('Terminating'));
  const regular = members.filter(({ instanceId }) => reader.get(instances, instanceId)?.spot === false).length;
  const above = Math.max(0, members.length + 1 - onDemand.base);
  return regular >= onDemand.base + Math.ceil((above * onDemand.percentAbove) / 100);
}

/** A member on its way out: the row and the activity. */
export function beginEnd(tx: Transaction, group: AutoScalingGroup, member: GroupInstance, cause: string, random: Random, now: number): void {
  const id = uuid(random);
  tx.put(groupInstances, { ...member, activityId: id });
  putActivity(tx, group, { id, instanceId: member.instanceId, description: `Terminating EC2 instance: ${member.instanceId}`, cause, statusCode: 'InProgress', progress: 0, startedAt: now }, now);
}

export function endInstance(tx: Transaction, instanceId: string, now: number): void {
  const instance = tx.get(instances, instanceId);
  if (instance !== undefined) tx.put(instances, requestTermination(instance, now));
}

export function finishActivity(tx: Transaction, id: string | undefined, now: number, failed?: string): void {
  const activity = id === undefined ? undefined : tx.get(scalingActivities, id);
  if (activity === undefined || activity.endedAt !== undefined) return;
  tx.put(scalingActivities, { ...activity, statusCode: failed === undefined ? 'Successful' : 'Failed', ...(failed !== undefined && { statusMessage: failed }), progress: 100, endedAt: now });
}

/** A group's row and all that belongs to it. */
export function deleteGroup(tx: Transaction, groupArn: string): void {
  for (const hook of [...tx.by(lifecycleHooks, 'group', groupArn)]) tx.delete(lifecycleHooks, lifecycleHooks.key(hook));
  for (const activity of [...tx.by(scalingActivities, 'group', groupArn)]) tx.delete(scalingActivities, activity.id);
}

type NewActivity = Omit<ScalingActivity, 'account' | 'region' | 'groupArn' | 'groupName'>;

/** Only the newest are kept. @param activity its cause without `At <time> ` */
export function putActivity(tx: Transaction, group: AutoScalingGroup, activity: NewActivity, now: number): void {
  const at = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  tx.put(scalingActivities, { ...activity, cause: `At ${at} ${activity.cause}`, groupArn: group.arn, groupName: group.name, account: group.account, region: group.region });
  let surplus = tx.count(scalingActivities, 'group', group.arn) - ACTIVITIES_KEPT;
  for (const old of surplus > 0 ? tx.by(scalingActivities, 'group', group.arn) : []) {
    if (surplus-- <= 0) break;
    tx.delete(scalingActivities, old.id);
  }
}
