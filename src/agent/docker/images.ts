// Images: pull with progress watched, look up, and the pause image made here.
import type { Clock } from '#base/clock.ts';
import { parseImageReference } from '#core/images/reference.ts';
import { done, failed } from '../runtime.ts';
import type { ImageInfo, Outcome, RegistryAuth, Runtime } from '../runtime.ts';
import { attempt, daemonError, trouble } from './answers.ts';
import type { EngineClient } from './engine-client.ts';
import { pauseImageTar } from './pause-image.ts';

type ImageVerbs = Pick<Runtime, 'pull' | 'inspectImage' | 'ensurePauseImage'>;

export function imageVerbs(client: EngineClient, clock: Clock): ImageVerbs {
  const inspectImage = (reference: string): Promise<Outcome<ImageInfo | undefined>> => attempt(client, {
    request: { method: 'GET', path: `/images/${encodeURI(reference)}/json`, timeoutMs: 30_000 },
    failure: 'CannotPullContainerError',
    transition: 'inspecting image',
    accept: ({ status, body }) => (status === 404 ? { value: undefined } : status === 200 ? { value: parseImage(reference, body as EngineImage) } : undefined),
  });
  return {
    inspectImage,
    async pull(reference, options) {
      const pulled = await pull(client, clock, reference, options);
      if (!pulled.ok) return pulled;
      const image = await inspectImage(reference);
      if (!image.ok) return image;
      return image.value === undefined ? failed('CannotPullContainerError', `image ${reference} is not there after its pull`) : done(image.value);
    },
    async ensurePauseImage() {
      const { reference, repository, tag, tar } = pauseImageTar(process.arch);
      const here = await inspectImage(reference);
      if (!here.ok) return here;
      if (here.value !== undefined) return done(reference);
      return attempt(client, {
        request: { method: 'POST', path: '/images/create', query: { fromSrc: '-', repo: repository, tag, changes: 'ENTRYPOINT ["/pause"]' }, rawBody: tar, timeoutMs: 60_000 },
        failure: 'ResourceInitializationError',
        transition: 'pause image imported',
        accept: ({ status }) => (status === 200 ? { value: reference } : undefined),
      });
    },
  };
}

interface EngineImage {
  readonly Id: string;
  readonly RepoDigests: readonly string[] | null;
}

function parseImage(reference: string, body: EngineImage): ImageInfo {
  const { host, path } = parseImageReference(reference);
  const repository = host === undefined ? path : `${host}/${path}`;
  const own = (body.RepoDigests ?? []).find((d) => d.startsWith(`${repository}@`)) ?? body.RepoDigests?.[0];
  const digest = own?.slice(own.indexOf('@') + 1);
  return { id: body.Id, ...(digest !== undefined && { digest }) };
}

interface Progress {
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** The engine pulls for as long as somebody reads its progress; without a tag it would pull them all. */
async function pull(client: EngineClient, clock: Clock, reference: string, options: { readonly auth?: RegistryAuth; readonly inactivityTimeoutMs: number }): Promise<Outcome<void>> {
  const { host, path, tag, digest } = parseImageReference(reference);
  const stalled = new AbortController();
  const watch = () => clock.after(options.inactivityTimeoutMs, () => stalled.abort());
  let timer = watch();
  let problem: string | undefined;
  try {
    const answer = await client.stream({
      method: 'POST',
      path: '/images/create',
      query: { fromImage: host === undefined ? path : `${host}/${path}`, tag: digest ?? tag ?? 'latest' },
      headers: options.auth === undefined ? {} : { 'X-Registry-Auth': renderAuth(options.auth, host) },
    }, stalled.signal);
    let rest = '';
    // A refusal is one document, and ends with a line's end like the lines of progress.
    let refusal = '';
    for await (const chunk of answer) {
      timer.cancel();
      timer = watch();
      if (answer.statusCode !== 200) refusal += String(chunk);
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) problem ??= progressError(line);
    }
    if (answer.statusCode !== 200) return failed('CannotPullContainerError', daemonError({ status: answer.statusCode ?? 0, body: parseJson(refusal) }));
    problem ??= progressError(rest);
    return problem === undefined ? done(undefined) : failed('CannotPullContainerError', problem);
  } catch (error) {
    if (stalled.signal.aborted) return failed('CannotPullContainerError', `no progress in ${options.inactivityTimeoutMs / 1000}s while pulling ${reference}: inactivity timeout`);
    return trouble(error, 'CannotPullContainerError', 'pulled');
  } finally {
    timer.cancel();
  }
}

function progressError(line: string): string | undefined {
  const { error, errorDetail } = (parseJson(line) ?? {}) as Progress;
  return errorDetail?.message ?? error;
}

function parseJson(text: string): unknown {
  try {
    return text.trim() === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** In URL-safe base64 with its padding: without it the engine takes the header for empty, and pulls as nobody. */
export function renderAuth(auth: RegistryAuth, host: string | undefined): string {
  const text = JSON.stringify({ username: auth.username, password: auth.password, serveraddress: host ?? '' });
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
