// Calls a lifecycle hook's endpoint over HTTP: POST of the event as JSON, the answer as ECS expects it of a Lambda function.
import type { CallHook } from '#control/reconcilers/service-hooks.ts';

/** A Lambda function of a hook has so long on AWS, too. */
const TIMEOUT_MS = 60_000;

/** A target must be an http or https URL; anything else, no answer in a minute, or a status other than 2xx is a failure. */
export const callHook: CallHook = async (target, payload) => {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new Error(`the hook's target is no http or https URL: ${target}`);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`the hook answered HTTP ${answer.status}`);
  const body: unknown = await answer.json();
  return typeof body === 'object' && body !== null ? body : {};
};
