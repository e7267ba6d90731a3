// Reading and changing one account and region: its default VPC appears on first use, in the transaction that needs it.
import type { Reader, Transaction } from '#store/store.ts';
import type { ApiContext } from '../context.ts';
import { ensureDefaultVpc, isUnused } from '../default-vpc.ts';
import { dryRunOperation } from './errors.ts';

interface MayBeDry {
  readonly DryRun?: boolean | undefined;
}

/** What a row carries that belongs to an account and region. */
export interface Owned {
  readonly account: string;
  readonly region: string;
}

/** The value of the `scope` index of every network table. */
export function scopeOf({ account, region }: Owned): string {
  return `${account}/${region}`;
}

export function isOwn(row: Owned, ctx: ApiContext): boolean {
  return row.account === ctx.account && row.region === ctx.region;
}

/** Answers a question. With DryRun it is answered all the same, and then refused with DryRunOperation: errors come first. */
export function look<T>(ctx: ApiContext, input: MayBeDry, read: (reader: Reader) => T): T {
  if (isUnused(ctx.store, ctx.account, ctx.region)) {
    ctx.store.transact((tx) => ensureDefaultVpc(tx, ctx.account, ctx.region, ctx.random));
  }
  const answer = read(ctx.store);
  if (input.DryRun === true) throw dryRunOperation();
  return answer;
}

/** Makes a change in one transaction. With DryRun everything is checked as usual, and then undone. */
export function change<T>(ctx: ApiContext, input: MayBeDry, decide: (tx: Transaction) => T): T {
  return ctx.store.transact((tx) => {
    ensureDefaultVpc(tx, ctx.account, ctx.region, ctx.random);
    const answer = decide(tx);
    if (input.DryRun === true) throw dryRunOperation();
    return answer;
  });
}
