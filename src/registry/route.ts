// Which endpoint of the OCI API a request means. Works on the raw path: nothing is decoded that could hide a slash or dots.

export type Route =
  | { readonly is: 'base' }
  | { readonly is: 'catalog' }
  | { readonly is: 'tags'; readonly name: string }
  | { readonly is: 'referrers'; readonly name: string; readonly digest: string }
  | { readonly is: 'manifest'; readonly name: string; readonly reference: string }
  | { readonly is: 'blob'; readonly name: string; readonly digest: string }
  | { readonly is: 'uploads'; readonly name: string }
  | { readonly is: 'upload'; readonly name: string; readonly id: string }
  | { readonly is: 'nowhere' };

const ENDPOINTS: readonly (readonly [RegExp, (name: string, rest: string) => Route])[] = [
  [/^(.+)\/blobs\/uploads\/?$/, (name) => ({ is: 'uploads', name })],
  [/^(.+)\/blobs\/uploads\/([^/]+)$/, (name, id) => ({ is: 'upload', name, id })],
  [/^(.+)\/blobs\/([^/]+)$/, (name, digest) => ({ is: 'blob', name, digest: decodeColon(digest) })],
  [/^(.+)\/manifests\/([^/]+)$/, (name, reference) => ({ is: 'manifest', name, reference: decodeColon(reference) })],
  [/^(.+)\/referrers\/([^/]+)$/, (name, digest) => ({ is: 'referrers', name, digest: decodeColon(digest) })],
  [/^(.+)\/tags\/list$/, (name) => ({ is: 'tags', name })],
];

const PATH_MAX_LENGTH = 2048;

/** @param path of the request, without its query, as it came. */
export function parseRoute(path: string): Route {
  if (path === '/v2' || path === '/v2/') return { is: 'base' };
  if (path === '/v2/_catalog') return { is: 'catalog' };
  const rest = path.startsWith('/v2/') && path.length <= PATH_MAX_LENGTH ? path.slice('/v2/'.length) : '';
  for (const [pattern, make] of ENDPOINTS) {
    const [, name, last = ''] = pattern.exec(rest) ?? [];
    if (name !== undefined) return make(name, last);
  }
  return { is: 'nowhere' };
}

/** Some clients encode the colon of a digest. Nothing else in a reference may be encoded. */
function decodeColon(text: string): string {
  return text.replaceAll(/%3a/gi, ':');
}
