// Every request under /v2/: which endpoint, who asks, which repository; and every failure in the OCI envelope.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseAwsHost, parseOwnPath } from '#core/images/reference.ts';
import { isRepositoryName, matchesRepositoryName } from '#core/images/repository-name.ts';
import { repositories, repositoryArn, type Repository } from '#model/repository.ts';
import { requireAccount, requireAllowed, type RegistryPrincipal } from './access.ts';
import { deleteBlob, getBlob } from './blobs-endpoint.ts';
import { reply, type Exchange, type RegistryState, type RepositoryExchange } from './exchange.ts';
import { listCatalog, listReferrers, listTags } from './listings-endpoint.ts';
import { deleteManifest, getManifest, putManifest } from './manifests-endpoint.ts';
import { OciError, repositoryUnknown } from './oci-error.ts';
import { parseRoute, type Route } from './route.ts';
import { isSignedDownload } from './token.ts';
import { deleteUpload, getUpload, patchUpload, postUpload, putUpload } from './uploads-endpoint.ts';

type NamedRoute = Extract<Route, { name: string }>;
type Endpoint = (exchange: RepositoryExchange, argument: string) => Promise<void>;

interface Method {
  readonly run: Endpoint;
  /** The IAM action ECR names when it refuses. */
  readonly action: string;
}

const read = (run: Endpoint, action: string): Record<string, Method> => ({ GET: { run, action }, HEAD: { run, action } });

const ENDPOINTS: Readonly<Record<NamedRoute['is'], Readonly<Record<string, Method>>>> = {
  manifest: {
    ...read(getManifest, 'ecr:BatchGetImage'),
    PUT: { run: putManifest, action: 'ecr:PutImage' },
    DELETE: { run: deleteManifest, action: 'ecr:BatchDeleteImage' },
  },
  blob: { ...read(getBlob, 'ecr:GetDownloadUrlForLayer'), DELETE: { run: deleteBlob, action: 'ecr:BatchDeleteImage' } },
  uploads: { POST: { run: postUpload, action: 'ecr:InitiateLayerUpload' } },
  upload: {
    GET: { run: getUpload, action: 'ecr:UploadLayerPart' },
    PATCH: { run: patchUpload, action: 'ecr:UploadLayerPart' },
    PUT: { run: putUpload, action: 'ecr:CompleteLayerUpload' },
    DELETE: { run: deleteUpload, action: 'ecr:UploadLayerPart' },
  },
  tags: read(listTags, 'ecr:ListImages'),
  referrers: read(listReferrers, 'ecr:ListImageReferrers'),
};

/** Serves the OCI distribution API 1.1. Takes requests whose path is `/v2` or under `/v2/`; never throws, never rejects. */
export function registryHandler(state: RegistryState): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    res.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
    serve(state, req, res).catch((error: unknown) => fail(state, req, res, error));
  };
}

async function serve(state: RegistryState, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const [path = '', search = ''] = splitOnce(req.url ?? '', '?');
  const route = parseRoute(path);
  const query = new URLSearchParams(search);
  const method = req.method ?? 'GET';
  if ('name' in route) {
    const target = nameTarget(route.name, req.headers.host);
    const endpoint = ENDPOINTS[route.is][method];
    const principal = signedPrincipal(state, route, target, query) ?? state.authorize(req.headers.authorization);
    if (endpoint === undefined) throw methodNotAllowed(Object.keys(ENDPOINTS[route.is]));
    const repository = findRepository(state, principal, target, route.name, endpoint.action, req.socket.remoteAddress ?? '');
    return endpoint.run({ state, req, res, query, principal, repository, name: route.name }, routeArgument(route));
  }
  const exchange: Exchange = { state, req, res, query, principal: state.authorize(req.headers.authorization) };
  if (route.is === 'nowhere') throw new OciError('NAME_INVALID', 'no such endpoint', { status: 404 });
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed(['GET', 'HEAD']);
  if (route.is === 'catalog') return listCatalog(exchange);
  reply(exchange, 200, { 'Content-Type': 'application/json' }, '{}');
}

interface Target {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
}

/** What a name means: our own form, or a plain repository under an AWS host name. Throws NAME_INVALID. */
function nameTarget(name: string, host: string | undefined): Target | undefined {
  if (!matchesRepositoryName(name)) throw nameInvalid(name);
  const own = parseOwnPath(name);
  const aws = own === undefined ? parseAwsHost((host ?? '').replace(/:\d+$/, '')) : undefined;
  const target = own ?? (aws === undefined ? undefined : { ...aws, repository: name });
  if (!isRepositoryName(target?.repository ?? name)) throw nameInvalid(name);
  return target;
}

function findRepository(state: RegistryState, principal: RegistryPrincipal, target: Target | undefined, name: string, action: string, sourceIp: string): Repository {
  // Without an account in it the name belongs to the caller's own registry, where it cannot exist under this address.
  if (target === undefined) throw repositoryUnknown(name, principal.account ?? '000000000000');
  const arn = repositoryArn(target.account, target.region, target.repository);
  requireAccount(principal, target.account, arn, action);
  requireAllowed(state.judge, principal, arn, action, sourceIp);
  const repository = state.store.get(repositories, arn);
  if (repository === undefined) throw repositoryUnknown(target.repository, target.account);
  return repository;
}

/** The bearer of a signed download address may read that blob without other credentials. */
function signedPrincipal(state: RegistryState, route: NamedRoute, target: Target | undefined, query: URLSearchParams): RegistryPrincipal | undefined {
  if (route.is !== 'blob' || target === undefined || !query.has('x-longshore-signature')) return undefined;
  const arn = repositoryArn(target.account, target.region, target.repository);
  const valid = isSignedDownload(state.tokenSecret, arn, route.digest, query, state.clock.now());
  if (!valid) throw new OciError('DENIED', 'The download address has expired or its signature is wrong.');
  return { account: target.account };
}

function routeArgument(route: NamedRoute): string {
  if (route.is === 'manifest') return route.reference;
  if (route.is === 'upload') return route.id;
  return 'digest' in route ? route.digest : '';
}

function fail(state: RegistryState, req: IncomingMessage, res: ServerResponse, error: unknown): void {
  // The client has gone; what it sent is kept for it.
  if (req.destroyed && !req.complete) return void res.destroy();
  if (res.headersSent) {
    if (!res.destroyed) state.log.warn('a registry answer broke off', { url: req.url, error: String(error) });
    return void res.destroy();
  }
  // The rest of a refused body is read and dropped, so that the client gets to read the answer.
  if (!req.complete) req.resume();
  const known = error instanceof OciError ? error : unexpected(state, req, error);
  reply({ req, res }, known.status, { 'Content-Type': 'application/json', ...known.headers }, known.body);
}

function unexpected(state: RegistryState, req: IncomingMessage, error: unknown): OciError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  state.log.error('a registry request failed', { method: req.method, url: req.url, code, error: error instanceof Error ? error.stack : String(error) });
  if (code === 'ENOSPC' || code === 'EDQUOT') return new OciError('UNKNOWN', "no space left on the registry's disk", { status: 507 });
  return new OciError('UNKNOWN', 'internal error');
}

function nameInvalid(name: string): OciError {
  return new OciError('NAME_INVALID', 'invalid repository name', { detail: { name: name.slice(0, 256) } });
}

function methodNotAllowed(allowed: readonly string[]): OciError {
  return new OciError('UNSUPPORTED', 'The operation is unsupported.', { headers: { Allow: allowed.join(', ') } });
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
