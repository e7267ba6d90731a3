// From the engine's answers to outcomes: which failure it is, in ECS's words.
import { failed } from '../runtime.ts';
import type { FailureName, Outcome } from '../runtime.ts';
import { EngineTimeout, EngineUnreachable } from './engine-client.ts';
import type { EngineAnswer, EngineClient, EngineRequest } from './engine-client.ts';

export interface Call<T> {
  readonly request: EngineRequest;
  /** What a refusal is called. */
  readonly failure: FailureName;
  /** For the timeout's text, as Amazon's agent words it: `Could not transition to created; …`. */
  readonly transition: string;
  /** The value of an answer, or undefined when the answer is a refusal. */
  readonly accept: (answer: EngineAnswer) => { readonly value: T } | undefined;
}

/** One call as an outcome; never rejects. */
export async function attempt<T>(client: EngineClient, { request, failure, transition, accept }: Call<T>): Promise<Outcome<T>> {
  try {
    const answer = await client.call(request);
    const accepted = accept(answer);
    return accepted === undefined ? failed(failure, daemonError(answer)) : { ok: true, value: accepted.value };
  } catch (error) {
    return trouble(error, failure, transition);
  }
}

/** What a call that got no answer means. */
export function trouble(error: unknown, failure: FailureName, transition: string): Outcome<never> {
  if (error instanceof EngineTimeout) return failed('DockerTimeoutError', `Could not transition to ${transition}; ${error.message}`);
  if (error instanceof EngineUnreachable) return failed('RuntimeUnavailable', error.message);
  return failed(failure, error instanceof Error ? error.message : String(error));
}

/** The daemon's refusal, as its own client prints it. */
export function daemonError(answer: EngineAnswer): string {
  const { body } = answer;
  const message = typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : typeof body === 'string' && body !== '' ? body.trim() : `HTTP ${answer.status}`;
  return `Error response from daemon: ${message}`;
}

/** Accepts these statuses, for calls whose answer says nothing more. */
export function statuses(...accepted: readonly number[]): (answer: EngineAnswer) => { value: undefined } | undefined {
  return (answer) => (accepted.includes(answer.status) ? { value: undefined } : undefined);
}

/** `{"label":["a=b"]}` as the engine wants its filters. */
export function labelFilter(label: { readonly name: string; readonly value: string }, more: Readonly<Record<string, readonly string[]>> = {}): string {
  return JSON.stringify({ label: [`${label.name}=${label.value}`], ...more });
}
