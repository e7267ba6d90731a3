// Getting a container's image onto the host: pull behaviour, credentials, one pull for many who want the same.
import type { PayloadContainer } from '#link/messages.ts';
import { done } from './runtime.ts';
import type { ImageInfo, Outcome, RegistryAuth, Runtime } from './runtime.ts';

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
  readonly runtime: Pick<Runtime, 'pull' | 'inspectImage'>;
  readonly behavior: PullBehavior;
  readonly inactivityTimeoutMs: number;
  /** The name to pull an image of a task definition by. */
  readonly resolveImage: (image: string) => string;
  /** Credentials for an image whose payload asks for them. */
  readonly registryAuth: (image: string) => Promise<RegistryAuth | undefined> | RegistryAuth | undefined;
}

export function openImages(options: ImageOptions): Images {
  const { runtime, behavior } = options;
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
      const under = pulling.get(reference);
      if (under !== undefined) return under;
      const work = ensure(reference, container, auth).finally(() => pulling.delete(reference));
      pulling.set(reference, work);
      return work;
    },
    forget() {
      known.clear();
      pulledBefore.clear();
    },
  };
}

/** A digest names one content for ever: when it is here, there is nothing to ask a registry. */
function mayUseLocal(behavior: PullBehavior, reference: string, pulledBefore: ReadonlySet<string>): boolean {
  if (reference.includes('@sha256:') || behavior === 'prefer-cached') return true;
  return behavior === 'once' && pulledBefore.has(reference);
}
