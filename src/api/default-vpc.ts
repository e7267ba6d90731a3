// The default VPC appears when an account and region is first used; ECS and EC2 both come here.
import { ec2Id } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { chooseDefaultCidr, planDefaultVpc } from '#core/network/default-vpc.ts';
import { networkScopes, securityGroups, subnets, vpcs, type Vpc } from '#model/network.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';

/** The default VPC of an account and region, or undefined when it was never used (or its default VPC was deleted). */
export function findDefaultVpc(reader: Reader, account: string, region: string): Vpc | undefined {
  for (const vpc of reader.by(vpcs, 'default', `${account}/${region}`)) return vpc;
  return undefined;
}

/** True until the account and region is first used. Not again later: whoever deletes the default VPC has none, as in AWS. */
export function isUnused(reader: Reader, account: string, region: string): boolean {
  return reader.get(networkScopes, `${account}/${region}`) === undefined;
}

/** On the first use of an account and region, makes its default VPC. */
export function ensureDefaultVpc(tx: Transaction, account: string, region: string, random: Random): void {
  if (!isUnused(tx, account, region)) return;
  tx.put(networkScopes, { id: `${account}/${region}` });
  createDefaultVpc(tx, account, region, random);
}

/** Makes a default VPC with its subnets and security group. Throws VpcLimitExceeded when the platform has no block left. */
export function createDefaultVpc(tx: Transaction, account: string, region: string, random: Random): Vpc {
  const taken: string[] = [];
  for (const vpc of tx.by(vpcs, 'allDefault', 'default')) taken.push(vpc.cidrBlock);
  const cidr = chooseDefaultCidr(taken);
  if (cidr === undefined) {
    throw new AwsError('VpcLimitExceeded', 'The maximum number of default VPCs on this platform has been reached.');
  }
  const made = planDefaultVpc(account, region, cidr, (prefix) => ec2Id(random, prefix));
  tx.put(vpcs, made.vpc);
  for (const subnet of made.subnets) tx.put(subnets, subnet);
  tx.put(securityGroups, made.securityGroup);
  return made.vpc;
}
