// Image names: which registry a name means, and how it is pulled from ours. Pure text.

/** What an image name in a task definition means. */
export interface ResolvedImage {
  /** What to hand to the container runtime's pull. */
  readonly pullReference: string;
  /** `local`: our registry, credentials are ours. `other`: left as it was given. */
  readonly registry: 'local' | 'other';
  readonly account?: string;
  readonly region?: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** `[host/]path[:tag][@digest]`, taken apart as Docker does. */
export interface ImageReference {
  /** With its port; undefined for Docker Hub's short names. */
  readonly host?: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
}

const AWS_HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/;
const OWN_PATH = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\/(.+)$/;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Splits a name. The first component is a host when it has a dot or a colon, or is `localhost`: Docker's rule. */
export function parseImageReference(image: string): ImageReference {
  const at = image.indexOf('@');
  const digest = at < 0 ? undefined : image.slice(at + 1);
  let rest = at < 0 ? image : image.slice(0, at);
  const colon = rest.lastIndexOf(':');
  let tag: string | undefined;
  if (colon > rest.lastIndexOf('/')) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
  }
  const slash = rest.indexOf('/');
  const first = slash < 0 ? '' : rest.slice(0, slash);
  const hasHost = first === 'localhost' || first.includes('.') || first.includes(':');
  return {
    ...(hasHost && { host: first }),
    path: hasHost ? rest.slice(slash + 1) : rest,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/**
 * Where an image comes from. The AWS form and our own `repositoryUri` mean our registry and are pulled through
 * `registryHost`; everything else, Docker Hub's short names included, is returned untouched.
 * @param registryHost host and port of our registry as the runtime reaches it: `localhost:4566`
 */
export function resolveImage(image: string, registryHost: string): ResolvedImage {
  const reference = parseImageReference(image);
  const found = ownRepository(reference, registryHost);
  if (found === undefined) {
    const { tag, digest } = reference;
    return { pullReference: image, registry: 'other', ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
  }
  const { host: _host, path: _path, ...names } = reference;
  const suffix = (names.tag === undefined ? '' : `:${names.tag}`) + (names.digest === undefined ? '' : `@${names.digest}`);
  return { pullReference: `${repositoryUri(registryHost, found)}${suffix}`, registry: 'local', ...found, ...names };
}

/** `<host>/<account>.dkr.ecr.<region>/<repository>`: what CreateRepository returns and docker push takes as it is. */
export function repositoryUri(registryHost: string, of: { account: string; region: string; repository: string }): string {
  return `${registryHost}/${of.account}.dkr.ecr.${of.region}/${of.repository}`;
}

/** Account, region and repository of a path under /v2/ of our registry, or undefined when it has not that form. */
export function parseOwnPath(path: string): { account: string; region: string; repository: string } | undefined {
  const [, account, region, repository] = OWN_PATH.exec(path) ?? [];
  if (account === undefined || region === undefined || repository === undefined) return undefined;
  return { account, region, repository };
}

/** Account and region of an AWS registry host name (without port), or undefined. */
export function parseAwsHost(host: string): { account: string; region: string } | undefined {
  const [, account, region] = AWS_HOST.exec(host) ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}

function ownRepository(reference: ImageReference, registryHost: string) {
  if (reference.host === undefined) return undefined;
  const aws = parseAwsHost(reference.host);
  if (aws !== undefined) return { ...aws, repository: reference.path };
  return isOwnHost(reference.host, registryHost) ? parseOwnPath(reference.path) : undefined;
}

/** Any loopback name with our port is ours: users write 127.0.0.1 for localhost. */
function isOwnHost(host: string, registryHost: string): boolean {
  if (host === registryHost) return true;
  const [name, port] = splitPort(host);
  const [ownName, ownPort] = splitPort(registryHost);
  return port === ownPort && LOOPBACK.test(name) && LOOPBACK.test(ownName);
}

function splitPort(host: string): [name: string, port: string] {
  const colon = host.lastIndexOf(':');
  return colon < 0 || host.endsWith(']') ? [host, ''] : [host.slice(0, colon), host.slice(colon + 1)];
}
