// Which member a scale-in ends: the zone with the most members first, then the termination policies in their order.
import type { MemberView } from './snapshot.ts';

export interface VictimRules {
  readonly policies: readonly string[];
  readonly templateVersion: number;
}

/** Undefined when every member is protected or busy. @param members those that count */
export function chooseVictim(members: readonly MemberView[], { policies, templateVersion }: VictimRules): MemberView | undefined {
  const open = members.filter(({ row, busy }) => !row.protectedFromScaleIn && !busy);
  // One that never served is the cheapest to give up.
  const pending = open.filter(({ row }) => row.lifecycleState !== 'InService');
  const byZone = Map.groupBy(members, ({ row }) => row.availabilityZone);
  const size = ({ row }: MemberView): number => byZone.get(row.availabilityZone)?.length ?? 0;
  let left = most(pending.length > 0 ? pending : open, size);
  for (const policy of policies.length > 0 ? policies : ['Default']) left = narrow(left, policy, templateVersion);
  return left.toSorted(byAge)[0];
}

function narrow(members: readonly MemberView[], policy: string, templateVersion: number): readonly MemberView[] {
  switch (policy) {
    case 'NewestInstance':
      return most(members, ({ row }) => row.joinedAt);
    case 'OldestInstance':
    case 'ClosestToNextInstanceHour':
      return most(members, ({ row }) => -row.joinedAt);
    case 'OldestLaunchTemplate':
    case 'OldestLaunchConfiguration':
    case 'Default':
      return most(members, ({ row }) => templateVersion - (Number(row.launchTemplate.version) || templateVersion));
    default:
      return members;
  }
}

function byAge(a: MemberView, b: MemberView): number {
  return a.row.joinedAt - b.row.joinedAt || (a.row.instanceId < b.row.instanceId ? -1 : 1);
}

function most(members: readonly MemberView[], score: (member: MemberView) => number): readonly MemberView[] {
  const best = Math.max(...members.map(score));
  return members.filter((member) => score(member) === best);
}
