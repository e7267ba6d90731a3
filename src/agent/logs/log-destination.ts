// Makes the group and stream of a container's log, before the container starts: where that fails, ECS does not start it.
import type { AwslogsOptions } from '#core/telemetry/awslogs-options.ts';
import { errorName, type LogSink } from './log-sink.ts';

export type DestinationResult = { readonly ok: true } | { readonly ok: false; readonly message: string; readonly retriable: boolean };

/**
 * As Docker's driver: the stream first, and the group only when it turns out to be missing and may be made. What exists is fine.
 * `message` is what stands after `CannotStartContainerError: Error response from daemon: ` in ECS's stopped reason.
 */
export async function openLogDestination(options: AwslogsOptions, sink: LogSink): Promise<DestinationResult> {
  if (!options.createStream) return { ok: true };
  const createStream = (): Promise<void> => unlessExists(sink.createLogStream(options.group, options.stream));
  try {
    try {
      await createStream();
    } catch (error) {
      if (errorName(error) !== 'ResourceNotFoundException' || !options.createGroup) throw error;
      await unlessExists(sink.createLogGroup(options.group));
      await createStream();
    }
    return { ok: true };
  } catch (error) {
    const code = errorName(error);
    const text = error instanceof Error ? error.message : String(error);
    const message = `failed to initialize logging driver: failed to create Cloudwatch log stream: ${code}: ${text}`;
    return { ok: false, message, retriable: code !== 'ResourceNotFoundException' && code !== 'InvalidParameterException' };
  }
}

async function unlessExists(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (errorName(error) !== 'ResourceAlreadyExistsException') throw error;
  }
}
