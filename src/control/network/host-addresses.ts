// Gives VPCs their VXLAN identifiers, and every host of a VPC that spans several an address of its own in it, so that what it sends
// there finds the way back. Takes addresses back from hosts that have left.
import type { Clock } from '#base/clock.ts';
import { ec2Id } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { chooseAddress, planInterface } from '#core/network/network-interface.ts';
import { chooseVni } from '#core/network/network-entries.ts';
import { isUnderlay } from '#core/network/vpc-state.ts';
import { networkInterfaces, subnets, vpcOverlays, vpcs } from '#model/network.ts';
import type { Store, Transaction } from '#store/store.ts';

/** @param holders underlay addresses of the hosts that hold the VPC; none: it is empty. Idempotent. */
export function settleVpc(store: Store, vpcId: string, holders: readonly string[], random: Random, clock: Clock): void {
  const own = [...store.by(networkInterfaces, 'hosts', vpcId)];
  const entitled = holders.filter(isUnderlay);
  const wanted = new Set(entitled.length > 1 ? entitled : []);
  const gone = own.filter((row) => !wanted.has(row.hostAddress ?? ''));
  const have = new Set(own.map((row) => row.hostAddress));
  const missing = [...wanted].filter((host) => !have.has(host));
  const exists = store.get(vpcs, vpcId) !== undefined;
  const numbered = store.get(vpcOverlays, vpcId) !== undefined;
  if (gone.length === 0 && (missing.length === 0 || !exists) && numbered === exists) return;
  store.transact((tx) => {
    for (const row of gone) tx.delete(networkInterfaces, row.id);
    if (!exists) return tx.delete(vpcOverlays, vpcId);
    if (!numbered) tx.put(vpcOverlays, { vpcId, vni: chooseVni(vpcId, (vni) => tx.count(vpcOverlays, 'vni', String(vni)) > 0) });
    for (const host of missing) giveAddress(tx, vpcId, host, random, clock.now());
  });
}

/** In the first subnet with room; without any the host stays without: its tasks are reached, only the host itself is not. */
function giveAddress(tx: Transaction, vpcId: string, host: string, random: Random, now: number): void {
  const taken = (address: string): boolean => tx.count(networkInterfaces, 'address', `${vpcId}/${address}`) > 0;
  for (const subnet of tx.by(subnets, 'vpc', vpcId)) {
    const address = chooseAddress(subnet.cidrBlock, taken, random.next());
    if (address === undefined) continue;
    const row = planInterface(subnet, { id: ec2Id(random, 'eni'), address, securityGroupIds: [], description: `Longshore host ${host}`, now });
    tx.put(networkInterfaces, { ...row, status: 'in-use', hostAddress: host });
    return;
  }
}
