// The join token that an instance outside this machine comes in with: made when its driver is called, good for an hour and for this instance.
import { hash } from 'node:crypto';
import { hexId } from '#base/ids.ts';
import type { Random } from '#base/random.ts';
import { renderJoinToken } from '#link/join-token.ts';
import { arn } from '#model/arn.ts';
import type { Instance } from '#model/instance.ts';
import { joinTokens } from '#model/joined-host.ts';
import type { Store } from '#store/store.ts';

const TTL_MS = 3_600_000;

/** Unused ones of the instance before it are revoked. Returns the token's text, which is kept nowhere. */
export function issueInstanceToken(store: Store, random: Random, instance: Instance, cluster: string, fingerprint: string, now: number): string {
  const secret = hexId(random, 64);
  const id = hexId(random, 12);
  const { account, region } = instance;
  store.transact((tx) => {
    for (const old of [...tx.by(joinTokens, 'account', account)]) {
      if (old.instanceId === instance.id && old.used === undefined && old.revokedAt === undefined) tx.put(joinTokens, { ...old, revokedAt: now });
    }
    tx.put(joinTokens, {
      id,
      secretHash: hash('sha256', secret, 'hex'),
      account,
      region,
      clusterArn: arn('ecs', region, account, `cluster/${cluster}`),
      clusterName: cluster,
      pool: 'cluster',
      createdBy: `arn:aws:ec2:${region}:${account}:instance/${instance.id}`,
      createdAt: now,
      expiresAt: now + TTL_MS,
      instanceId: instance.id,
    });
  });
  return renderJoinToken({ id, secret, fingerprint });
}
