// TerminateInstances, StopInstances, StartInstances: all instances named, or none.
import { requestInstanceStart, requestInstanceStop, requestTermination } from '#core/instance/end.ts';
import { groupInstances } from '#model/auto-scaling-group.ts';
import { instances, type Instance } from '#model/instance.ts';
import type { Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { getInstances } from './describe-instances.ts';
import { incorrectState, missingParameter } from './errors.ts';
import { change } from './scope.ts';
import type { InstanceStateChange, StartInstancesRequest, StartInstancesResult, StopInstancesRequest, StopInstancesResult, TerminateInstancesRequest, TerminateInstancesResult } from './shapes.ts';
import { viewChange } from './view-instance.ts';

export function terminateInstances(input: TerminateInstancesRequest, ctx: ApiContext): TerminateInstancesResult {
  const TerminatingInstances = changeAll(input, ctx, (_tx, instance) => {
    if (instance.terminationProtected && instance.desired !== 'terminated') {
      throw new AwsError('OperationNotPermitted', `The instance '${instance.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`);
    }
    return requestTermination(instance, ctx.now);
  });
  return { TerminatingInstances };
}

export function stopInstances(input: StopInstancesRequest, ctx: ApiContext): StopInstancesResult {
  const StoppingInstances = changeAll(input, ctx, (tx, instance) => {
    if (instance.desired === 'terminated') throw incorrectState(instance.id, 'stopped');
    if (instance.spot) throw new AwsError('UnsupportedOperation', `You can't stop the Spot Instance '${instance.id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`);
    if (tx.get(groupInstances, instance.id) !== undefined && instance.state === 'pending') throw incorrectState(instance.id, 'stopped');
    return requestInstanceStop(instance, ctx.now);
  });
  return { StoppingInstances };
}

export function startInstances(input: StartInstancesRequest, ctx: ApiContext): StartInstancesResult {
  const StartingInstances = changeAll(input, ctx, (_tx, instance) => {
    if (instance.desired === 'terminated' || instance.state === 'stopping') throw incorrectState(instance.id, 'started');
    return requestInstanceStart(instance, ctx.now);
  });
  return { StartingInstances };
}

type Input = { readonly InstanceIds: string[] | undefined; readonly DryRun?: boolean | undefined };

function changeAll(input: Input, ctx: ApiContext, next: (tx: Transaction, instance: Instance) => Instance): InstanceStateChange[] {
  const ids = input.InstanceIds ?? [];
  if (ids.length === 0) throw missingParameter('InstanceId');
  return change(ctx, input, (tx) =>
    getInstances(tx, ctx, ids).map((before) => {
      const after = next(tx, before);
      if (after !== before) tx.put(instances, after);
      return viewChange(before, after);
    }),
  );
}
