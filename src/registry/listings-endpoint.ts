// Lists: tags of a repository, repositories of a registry, and what refers to an image.
import { isDigest } from '#core/images/digest.ts';
import { isIndexMediaType, MediaType } from '#core/images/media-type.ts';
import { imageKey, images, imageTags } from '#model/image.ts';
import { repositories } from '#model/repository.ts';
import { replyJson, type Exchange, type RepositoryExchange } from './exchange.ts';
import { digestInvalid, OciError } from './oci-error.ts';

const CATALOG_MAX = 1000;

/** GET /v2/<name>/tags/list, in lexical order, with `n` and `last`. */
export async function listTags(exchange: RepositoryExchange): Promise<void> {
  const { state, repository, name } = exchange;
  const all = [...state.store.by(imageTags, 'repository', repository.arn)].map(({ tag }) => tag);
  await state.settled.durable();
  const { page, headers } = paginate(exchange, `/v2/${name}/tags/list`, all, Number.POSITIVE_INFINITY);
  replyJson(exchange, { name, tags: page }, headers);
}

/** GET /v2/_catalog: the repositories the caller may reach, by the names to pull them under. */
export async function listCatalog(exchange: Exchange): Promise<void> {
  const { state, principal } = exchange;
  const all: string[] = [];
  for (const { account, region, name } of state.store.all(repositories)) {
    if (principal.account === undefined || principal.account === account) all.push(`${account}.dkr.ecr.${region}/${name}`);
  }
  await state.settled.durable();
  const { page, headers } = paginate(exchange, '/v2/_catalog', all, CATALOG_MAX);
  replyJson(exchange, { repositories: page }, headers);
}

/** GET /v2/<name>/referrers/<digest>: an index of the manifests whose subject it is; empty when there are none, whether it exists or not. */
export async function listReferrers(exchange: RepositoryExchange, digest: string): Promise<void> {
  const { state, repository, query } = exchange;
  if (!isDigest(digest)) throw digestInvalid('invalid digest format', { digest });
  const wanted = query.get('artifactType');
  const manifests = [];
  for (const image of state.store.by(images, 'subject', imageKey(repository.arn, digest))) {
    const artifactType = image.artifactType ?? (isIndexMediaType(image.mediaType) ? undefined : image.config?.mediaType);
    if (wanted !== null && wanted !== artifactType) continue;
    const { mediaType, digest: own, manifestSizeBytes: size, annotations } = image;
    manifests.push({ mediaType, digest: own, size, artifactType, annotations });
  }
  await state.settled.durable();
  const filters: Record<string, string> = wanted === null ? {} : { 'OCI-Filters-Applied': 'artifactType' };
  replyJson(exchange, { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests }, filters, MediaType.ociIndex);
}

function paginate(exchange: Exchange, path: string, names: string[], maximum: number): { page: string[]; headers: Record<string, string> } {
  const last = exchange.query.get('last');
  const n = exchange.query.get('n');
  if (n !== null && !/^\d{1,9}$/.test(n)) throw new OciError('PAGINATION_NUMBER_INVALID', 'invalid number of results requested', { status: 400, detail: { n } });
  const limit = Math.min(n === null ? Number.POSITIVE_INFINITY : Number(n), maximum);
  // By code units, as the specification's "lexical or ASCIIbetical".
  names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rest = last === null ? names : names.filter((name) => name > last);
  const page = rest.slice(0, limit);
  const end = page.at(-1);
  if (end === undefined || rest.length <= page.length) return { page, headers: {} };
  return { page, headers: { Link: `<${path}?n=${limit}&last=${encodeURIComponent(end)}>; rel="next"` } };
}
