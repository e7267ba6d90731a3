// `/_admin/spot`: an operator takes spot capacity back, a FARGATE_SPOT task or a spot instance of his account. Signed in the name of the
// service `longshore`; AWS does it by itself, and for tests through its Fault Injection Service.
import type { Clock } from '#base/clock.ts';
import { interruptInstance, interruptTask } from '#core/task/interrupt.ts';
import { instances } from '#model/instance.ts';
import { tasks } from '#model/task.ts';
import type { Store, Transaction } from '#store/store.ts';
import { readBody } from '#wire/body.ts';
import { header, readHead } from '#wire/head.ts';
import type { Authenticate } from '#wire/sigv4/authenticator.ts';
import { sendJson, type HttpHandler } from './front-door.ts';

export interface SpotAdminDeps {
  readonly store: Store;
  readonly authenticate: Authenticate;
  readonly clock: Clock;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly error?: string; readonly interrupted?: string };
}

const RULES = { signingNames: ['longshore'] };
const MAX_BODY_BYTES = 4096;

/** Answers `POST /_admin/spot` with `{ target }`: a task's ARN or an instance's id. */
export function createSpotAdminHandler({ store, authenticate, clock }: SpotAdminDeps): HttpHandler {
  return (req, res) => {
    const head = readHead(req);
    readBody(req, header(head, 'content-length'), MAX_BODY_BYTES, (outcome, body) => {
      if (outcome === 'truncated') return;
      if (outcome === 'too-large') return sendJson(res, 413, { error: 'the request is too large' });
      const asker = authenticate({ head, body, rules: RULES });
      if ('failure' in asker) return sendJson(res, 403, { error: asker.message });
      const { account, arn, session } = asker.caller;
      if (arn !== `arn:aws:iam::${account}:root` || session !== undefined) return sendJson(res, 403, { error: "only an account's root takes spot capacity back" });
      if (head.method !== 'POST') return sendJson(res, 405, { error: 'POST { "target": "a task ARN or an instance id" }' });
      const answer = store.transact((tx) => interrupt(tx, account, targetOf(body), clock.now()));
      void store.durable().then(
        () => sendJson(res, answer.status, answer.body),
        () => sendJson(res, 500, { error: 'the change could not be stored' }),
      );
    });
  };
}

function interrupt(tx: Transaction, account: string, target: string, now: number): Answer {
  const task = tx.get(tasks, target);
  if (task?.account === account) {
    if (task.capacityProviderName !== 'FARGATE_SPOT') return { status: 400, body: { error: `${target} does not run on FARGATE_SPOT` } };
    tx.put(tasks, interruptTask(task, now));
    return { status: 200, body: { interrupted: target } };
  }
  const instance = tx.get(instances, target);
  if (instance?.account !== account) return { status: 404, body: { error: `there is no task or instance ${target}` } };
  if (!instance.spot) return { status: 400, body: { error: `${target} is no spot instance` } };
  tx.put(instances, interruptInstance(instance, now));
  return { status: 200, body: { interrupted: target } };
}

function targetOf(body: Buffer): string {
  try {
    const { target } = JSON.parse(body.toString('utf8')) as { target?: unknown };
    return typeof target === 'string' ? target : '';
  } catch {
    return '';
  }
}
