// Calls to the control plane as they are in a bad network: late, lost on the way there, or answered in vain.
import { delay } from '#base/clock.ts';
import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import { AgentApiError } from '#link/agent-api.ts';
import type { AgentApi } from '#link/agent-api.ts';
import { AwsError } from '#wire/aws-error.ts';

export interface CallFaults {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly callLoss: number;
  readonly answerLoss: number;
}

/** Runs an operation in the control plane that is up when the call arrives; rejects when none is. */
export type Serve = (operation: string, input: Record<string, unknown>, principalArn: string) => Promise<unknown>;

export type Call = (operation: string, input: Record<string, unknown>) => Promise<any>;

const TIMEOUT_MS = 5_000;

/** Rejects with AgentApiError when the operation refused, with any other error when nobody knows what became of it. */
export function lossyCall(options: { serve: Serve; principalArn: string; clock: Clock; random: Random; faults: () => CallFaults }): Call {
  const { serve, principalArn, clock, random } = options;
  const travel = (): Promise<void> => {
    const { minDelayMs, maxDelayMs } = options.faults();
    return delay(clock, minDelayMs + random.next() * (maxDelayMs - minDelayMs));
  };
  const lost = async (chance: number): Promise<void> => {
    if (random.next() >= chance) return;
    await delay(clock, TIMEOUT_MS);
    throw new Error('no answer in time');
  };
  return async (operation, input) => {
    await travel();
    await lost(options.faults().callLoss);
    let answer: unknown;
    try {
      // Through JSON, as over the wire.
      answer = await serve(operation, JSON.parse(JSON.stringify(input)) as Record<string, unknown>, principalArn);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      await travel();
      await lost(options.faults().answerLoss);
      throw new AgentApiError(error.code, error.message, error.httpStatus);
    }
    await travel();
    await lost(options.faults().answerLoss);
    return answer;
  };
}

/** The agent's calls over a lossy line. */
export function agentApiOver(call: Call): AgentApi {
  return {
    async registerContainerInstance(request) {
      const { containerInstance } = await call('RegisterContainerInstance', { ...request });
      return { containerInstanceArn: containerInstance.containerInstanceArn, attributes: containerInstance.attributes ?? [] };
    },
    discoverPollEndpoint: (containerInstance, cluster) => call('DiscoverPollEndpoint', { containerInstance, cluster }),
    submitTaskStateChange: (request) => call('SubmitTaskStateChange', { ...request }),
    submitContainerStateChange: (request) => call('SubmitContainerStateChange', { ...request }),
    submitAttachmentStateChanges: (request) => call('SubmitAttachmentStateChanges', { ...request }),
  };
}
