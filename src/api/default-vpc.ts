// The default VPC comes into being the first time an account asks about or uses its network in a region.
import { chooseDefaultCidr, planDefaultVpc } from '#core/network/default-vpc.ts';
import { ec2Id } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { type Vpc, securityGroups, subnets, vpcs } from '#model/network.ts';
import type { Transaction } from '#store/store.ts';

/**
 * The default VPC of the account and region, made with its subnets and default security group if it does not exist.
 * Undefined when the address space for default VPCs is used up (65 of them on one installation).
 */
export function ensureDefaultVpc(tx: Transaction, owner: { account: string; region: string }, random: Random): Vpc | undefined {
  for (const vpc of tx.by(vpcs, 'default', `${owner.account}/${owner.region}`)) return vpc;
  const taken = [...tx.by(vpcs, 'allDefault', 'default')].map((vpc) => vpc.cidrBlock);
  const cidrBlock = chooseDefaultCidr(taken);
  if (cidrBlock === undefined) return undefined;
  const plan = planDefaultVpc(owner.account, owner.region, cidrBlock, (prefix) => ec2Id(random, prefix));
  tx.put(vpcs, plan.vpc);
  for (const subnet of plan.subnets) tx.put(subnets, subnet);
  tx.put(securityGroups, plan.securityGroup);
  return plan.vpc;
}
