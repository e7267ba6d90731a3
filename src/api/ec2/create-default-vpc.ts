// CreateDefaultVpc: for an account and region whose default VPC was deleted.
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { createDefaultVpc as make, findDefaultVpc, isUnused } from '../default-vpc.ts';
import { change } from './scope.ts';
import type { CreateDefaultVpcRequest, CreateDefaultVpcResult } from './shapes.ts';
import { viewVpc } from './view-vpc.ts';

export function createDefaultVpc(input: CreateDefaultVpcRequest, ctx: ApiContext): CreateDefaultVpcResult {
  // Asked before `change` makes the first one: on a scope that was never used the call succeeds with that.
  const unused = isUnused(ctx.store, ctx.account, ctx.region);
  return change(ctx, input, (tx) => {
    const existing = findDefaultVpc(tx, ctx.account, ctx.region);
    if (existing !== undefined && !unused) {
      throw new AwsError('DefaultVpcAlreadyExists', 'A Default VPC already exists for this account in this region.');
    }
    return { Vpc: viewVpc(existing ?? make(tx, ctx.account, ctx.region, ctx.random)) };
  });
}
