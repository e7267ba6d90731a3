// Getting a container's image onto the host: pull behaviour, credentials, one pull for many who want the same.
import { delay, type Clock } from '#base/clock.ts';
import type { PayloadContainer } from '#link/messages.ts';
import { done } from './runtime.ts';
import type { Failure, ImageInfo, Outcome, RegistryAuth, Runtime } from './runtime.ts';

/** ECS_IMAGE_PULL_BEHAVIOR of Amazon's agent. */
export type PullBehavior = 'default' | 'always' | 'once' | 'prefer-cached';

export interface ReadyImage extends ImageInfo {
  /** What to create containers from. */
  readonly reference: string;
}

export interface Images {
  /** Makes sure the container's image is here; `auth` is the task's own, of a private registry. Fails with CannotPullContainerError or RuntimeUnavailable. */
  ensure(container: PayloadContainer, auth?: RegistryAuth): Promise<Outcome<ReadyImage>>;
  /** The name the runtime knows the image by. */
  reference(container: PayloadContainer): string;
  /** Forgets what it knows of local images: someone may have removed them. */
  forget(): void;
}

export interface ImageOptions {
  readonly clock: Clock;
  readonly runtime: Pick<Runtime, 'pull' | 'inspectImage'>;
  readonly behavior: PullBehavior;
  readonly inactivityTimeoutMs: number;
  /** The name to pull an image of a task definition by. */
  readonly resolveImage: (image: string) => string;
  /** Credentials for an image whose payload asks for them. */
  readonly registryAuth: (image: string) => Promise<RegistryAuth | undefined> | RegistryAuth | undefined;
}

/** As Amazon's agent waits between its five attempts. */
const PULL_WAITS_MS = [1100, 2200, 4400, 5000] as const;

export function openImages(options: ImageOptions): Images {
  const { runtime, behavior, clock } = options;
  const pulling = new Map<string, Promise<Outcome<ReadyImage>>>();
  const known = new Map<string, ReadyImage>();
  const pulledBefore = new Set<string>();

  const local = async (reference: string): Promise<Outcome<ReadyImage | undefined>> => {
    const cached = known.get(reference);
    if (cached !== undefined) return done(cached);
    const found = await runtime.inspectImage(reference);
    if (!found.ok || found.value === undefined) return found.ok ? done(undefined) : found;
    const image = { ...found.value, reference };
    known.set(reference, image);
    return done(image);
  };

  const pull = async (reference: string, container: PayloadContainer, own: RegistryAuth | undefined): Promise<Outcome<ReadyImage>> => {
    const auth = own ?? (container.registryAuthentication?.type === 'ecr' ? await options.registryAuth(container.image) : undefined);
    const pulled = await runtime.pull(reference, { inactivityTimeoutMs: options.inactivityTimeoutMs, ...(auth !== undefined && { auth }) });
    if (!pulled.ok) return pulled;
    const image = { ...pulled.value, reference };
    known.set(reference, image);
    pulledBefore.add(reference);
    return done(image);
  };

  const ensure = async (reference: string, container: PayloadContainer, auth: RegistryAuth | undefined): Promise<Outcome<ReadyImage>> => {
    if (mayUseLocal(behavior, reference, pulledBefore)) {
      const here = await local(reference);
      if (!here.ok) return here;
      if (here.value !== undefined) return done(here.value);
    }
    let outcome = await pullOnce(reference, container, auth);
    for (const waitMs of PULL_WAITS_MS) {
      if (outcome.ok || !mayPass(outcome.failure)) break;
      await delay(clock, waitMs);
      outcome = await pullOnce(reference, container, auth);
    }
    return outcome;
  };

  const pullOnce = async (reference: string, container: PayloadContainer, auth: RegistryAuth | undefined): Promise<Outcome<ReadyImage>> => {
    const pulled = await pull(reference, container, auth);
    if (pulled.ok || behavior === 'always' || pulled.failure.name === 'RuntimeUnavailable') return pulled;
    // ECS: with the default behaviour a failed pull falls back on the image that is here.
    const here = await local(reference);
    return here.ok && here.value !== undefined ? done(here.value) : pulled;
  };

  return {
    reference: (container) => options.resolveImage(container.image),
    ensure(container, auth) {
      const reference = options.resolveImage(container.image);
      // One who may pull it shares nothing with one who may not.
      const key = JSON.stringify([reference, container.registryAuthentication?.type, auth]);
      const under = pulling.get(key);
      if (under !== undefined) return under;
      const work = ensure(reference, container, auth).finally(() => pulling.delete(key));
      pulling.set(key, work);
      return work;
    },
    forget() {
      known.clear();
      pulledBefore.clear();
    },
  };
}

/** A registry that is away, restarted or overloaded: the same pull may succeed in a moment. What it refuses, it refuses again. */
function mayPass({ name, message }: Failure): boolean {
  if (name !== 'CannotPullContainerError' || /inactivity timeout/.test(message)) return false;
  return /connection re(fused|set)|broken pipe|timeout|timed out|\bEOF\b|network is unreachable|no route to host|server misbehaving|toomanyrequests|HTTP status:? 5\d\d|Internal Server Error|Bad Gateway|Service Unavailable/i.test(message);
}

/** A digest names one content for ever: when it is here, there is nothing to ask a registry. */
function mayUseLocal(behavior: PullBehavior, reference: string, pulledBefore: ReadonlySet<string>): boolean {
  if (reference.includes('@sha256:') || behavior === 'prefer-cached') return true;
  return behavior === 'once' && pulledBefore.has(reference);
}
