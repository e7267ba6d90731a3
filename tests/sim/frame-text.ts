// A frame in few words, for traces.

/** `PayloadMessage 12:RUNNING,13:STOPPED`, `AckRequest 1b2c`. */
export function describeFrame(text: string): string {
  const { type, message } = JSON.parse(text) as { type: string; message: Record<string, unknown> };
  const list = (message['tasks'] ?? message['stopCandidates'] ?? message['stopTasks']) as { arn?: string; taskArn?: string; desiredStatus?: string }[] | undefined;
  const tasks = list?.map((t) => `${(t.arn ?? t.taskArn ?? '').slice(-6)}:${t.desiredStatus ?? ''}`).join(',');
  const id = typeof message['messageId'] === 'string' ? message['messageId'].slice(0, 4) : '';
  const number = message['seqNum'] ?? message['timeline'] ?? '';
  return [type, id, number, tasks].filter((part) => part !== undefined && part !== '').join(' ');
}
