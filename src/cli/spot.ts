// `spot interrupt TARGET`: gives a FARGATE_SPOT task, or a spot instance, its two-minute notice, as AWS does when it wants capacity back.
import { callAdmin } from './admin-call.ts';
import type { Credentials } from './credentials.ts';
import { OperatorError } from './local-platform.ts';

export interface SpotCommand {
  readonly credentials: Credentials;
  readonly args: readonly string[];
  readonly say: (line: string) => void;
}

export async function spot({ credentials, args: [verb, target, ...rest], say }: SpotCommand): Promise<number> {
  if (verb !== 'interrupt' || target === undefined || rest.length > 0) throw new OperatorError('spot interrupt TASK-ARN, or spot interrupt INSTANCE-ID');
  const answer = await callAdmin<{ readonly error?: string; readonly interrupted?: string }>(credentials, 'POST', '/_admin/spot', { target });
  if (answer.error !== undefined) throw new OperatorError(answer.error);
  say(`${answer.interrupted ?? target}: interrupted; it has two minutes`);
  return 0;
}
