// The ECR API through the AWS SDK, beside the registry it describes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as ecr from '@aws-sdk/client-ecr';
import { ociClient, manifestOf, OCI_INDEX, OCI_MANIFEST, type OciClient } from '#tests/support/oci-client.ts';
import { ACCOUNT, sha256, startRegistry, type RegistryServer } from '#tests/support/registry-server.ts';

let server: RegistryServer;
let client: ecr.ECRClient;
let oci: OciClient;
before(async () => {
  server = await startRegistry();
  client = new ecr.ECRClient({ endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' }, maxAttempts: 1 });
  oci = ociClient(server.port);
});
after(async () => {
  client.destroy();
  await server.close();
});

async function create(repositoryName: string, rest: Partial<ecr.CreateRepositoryRequest> = {}): Promise<ecr.Repository> {
  return (await client.send(new ecr.CreateRepositoryCommand({ repositoryName, ...rest }))).repository!;
}

/** Asserts the error's exact name and message. */
async function fails(command: object, name: string, message: string | RegExp): Promise<any> {
  let caught: any;
  await assert.rejects(
    client.send(command as Parameters<ecr.ECRClient['send']>[0]),
    (error: Error) => {
      caught = error;
      assert.equal(error.name, name, error.message);
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    },
  );
  return caught;
}

test('a repository is created, described, and cannot be created twice', async () => {
  const made = await create('team/app', { tags: [{ Key: 'a', Value: 'b' }] });
  assert.deepEqual(
    { ...made, createdAt: undefined },
    {
      repositoryArn: 'arn:aws:ecr:us-east-1:000000000000:repository/team/app',
      registryId: ACCOUNT,
      repositoryName: 'team/app',
      repositoryUri: `localhost:${server.port}/000000000000.dkr.ecr.us-east-1/team/app`,
      createdAt: undefined,
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    },
  );
  assert.ok(Math.abs(made.createdAt!.getTime() - Date.now()) < 60_000);
  const described = await client.send(new ecr.DescribeRepositoriesCommand({ repositoryNames: ['team/app'] }));
  assert.deepEqual(described.repositories, [made]);
  await fails(
    new ecr.CreateRepositoryCommand({ repositoryName: 'team/app' }),
    'RepositoryAlreadyExistsException',
    "The repository with name 'team/app' already exists in the registry with id '000000000000'",
  );
  await fails(
    new ecr.DescribeRepositoriesCommand({ repositoryNames: ['absent'] }),
    'RepositoryNotFoundException',
    "The repository with name 'absent' does not exist in the registry with id '000000000000'",
  );
});

test('names, settings, tags and registries are validated', async () => {
  const regular = "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''";
  for (const repositoryName of ['Upper', '-a', 'a/', '../x', 'a//b', 'a b', '']) {
    await fails(new ecr.CreateRepositoryCommand({ repositoryName }), 'InvalidParameterException', regular);
  }
  await fails(new ecr.CreateRepositoryCommand({ repositoryName: 'a'.repeat(257) }), 'InvalidParameterException', /must have length less than or equal to 256/);
  await fails(new ecr.CreateRepositoryCommand({ repositoryName: 'a' }), 'InvalidParameterException', /must have length greater than or equal to 2/);
  await fails(new ecr.CreateRepositoryCommand({ repositoryName: 'ok', imageTagMutability: 'SOMETIMES' as never }), 'InvalidParameterException', /imageTagMutability/);
  await fails(
    new ecr.CreateRepositoryCommand({ repositoryName: 'ok', imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }),
    'InvalidParameterException',
    /ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as IMMUTABLE_WITH_EXCLUSION/,
  );
  await fails(new ecr.CreateRepositoryCommand({ repositoryName: 'ok', tags: [{ Key: 'aws:x', Value: '' }] }), 'InvalidTagParameterException', /aws:/);
  const tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  await fails(new ecr.CreateRepositoryCommand({ repositoryName: 'ok', tags }), 'TooManyTagsException', /50/);
  await fails(new ecr.DescribeRepositoriesCommand({ registryId: 'nonsense' }), 'InvalidParameterException', /registryId/);
  await fails(new ecr.DescribeImagesCommand({ registryId: '111111111111', repositoryName: 'ok' }), 'AccessDeniedException', /ecr:DescribeImages on resource: arn:aws:ecr:us-east-1:111111111111:repository\/ok/);
});

test('repositories of other accounts and regions are not seen', async () => {
  await create('scoped');
  const other = new ecr.ECRClient({ endpoint: server.url, region: 'eu-west-1', credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' } });
  assert.deepEqual((await other.send(new ecr.DescribeRepositoriesCommand({}))).repositories, []);
  const foreign = new ecr.ECRClient({ endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId: '222222222222', secretAccessKey: 'x' } });
  assert.deepEqual((await foreign.send(new ecr.DescribeRepositoriesCommand({}))).repositories, []);
  assert.equal((await foreign.send(new ecr.CreateRepositoryCommand({ repositoryName: 'scoped' }))).repository?.registryId, '222222222222');
});

test('repositories come page by page', async () => {
  for (const name of ['page/one', 'page/two', 'page/three']) await create(name);
  const seen: string[] = [];
  for await (const page of ecr.paginateDescribeRepositories({ client, pageSize: 2 }, {})) {
    assert.ok(page.repositories!.length <= 2);
    seen.push(...page.repositories!.map(({ repositoryName }) => repositoryName!));
  }
  for (const name of ['page/one', 'page/two', 'page/three']) assert.equal(seen.filter((one) => one === name).length, 1);
  await fails(new ecr.DescribeRepositoriesCommand({ nextToken: 'junk' }), 'InvalidParameterException', /NextToken/);
  await fails(new ecr.DescribeRepositoriesCommand({ maxResults: 1001 }), 'InvalidParameterException', /maxResults/);
});

test('the token of GetAuthorizationToken opens a registry that asks for one', async () => {
  const strict = await startRegistry({ relaxed: false });
  try {
    const own = new ecr.ECRClient({ endpoint: strict.url, region: 'us-east-1', credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' } });
    const [data] = (await own.send(new ecr.GetAuthorizationTokenCommand({}))).authorizationData!;
    assert.equal(data!.proxyEndpoint, `http://localhost:${strict.port}`);
    const lifetimeMs = data!.expiresAt!.getTime() - Date.now();
    assert.ok(lifetimeMs > 11.9 * 3_600_000 && lifetimeMs <= 12 * 3_600_000);
    assert.match(Buffer.from(data!.authorizationToken!, 'base64').toString(), /^AWS:.+/);
    const answer = await ociClient(strict.port, { authorization: `Basic ${data!.authorizationToken}` }).send('GET', '/v2/');
    assert.equal(answer.status, 200);
    own.destroy();
  } finally {
    await strict.close();
  }
});

test('a pushed image is described with its size, tags and times', async () => {
  await create('described');
  const base = server.base('described');
  const { digest } = await oci.pushImage(base, 'v1', { config: '{"a":1}', layers: ['0123456789', 'abc'] });
  await oci.pushImage(base, 'v2', { config: '{"a":1}', layers: ['0123456789', 'abc'] });
  const untagged = await oci.pushImage(base, undefined, { layers: ['other'] });
  const describe = async (input: Partial<ecr.DescribeImagesRequest>) =>
    (await client.send(new ecr.DescribeImagesCommand({ repositoryName: 'described', ...input }))).imageDetails!;
  const [one] = await describe({ imageIds: [{ imageTag: 'v2' }] });
  assert.deepEqual(
    { ...one, imagePushedAt: undefined },
    {
      registryId: ACCOUNT,
      repositoryName: 'described',
      imageDigest: digest,
      imageTags: ['v1', 'v2'],
      imageSizeInBytes: 7 + 10 + 3,
      imagePushedAt: undefined,
      imageManifestMediaType: OCI_MANIFEST,
      artifactMediaType: 'application/vnd.oci.image.config.v1+json',
      imageStatus: 'ACTIVE',
    },
  );
  assert.deepEqual((await describe({ filter: { tagStatus: 'UNTAGGED' } })).map(({ imageDigest }) => imageDigest), [untagged.digest]);
  assert.deepEqual((await describe({ filter: { tagStatus: 'TAGGED' } })).map(({ imageDigest }) => imageDigest), [digest]);
  assert.deepEqual(await describe({ filter: { imageStatus: 'ARCHIVED' } }), []);
  await oci.send('GET', `${base}/manifests/v1`);
  assert.ok((await describe({ imageIds: [{ imageDigest: digest }] }))[0]!.lastRecordedPullTime instanceof Date);
  await fails(
    new ecr.DescribeImagesCommand({ repositoryName: 'described', imageIds: [{ imageTag: 'nope' }] }),
    'ImageNotFoundException',
    "The image with imageId {imageDigest:'null', imageTag:'nope'} does not exist within the repository with name 'described' in the registry with id '000000000000'",
  );
  const listed = await client.send(new ecr.ListImagesCommand({ repositoryName: 'described' }));
  const expected = [{ imageDigest: digest, imageTag: 'v1' }, { imageDigest: digest, imageTag: 'v2' }, { imageDigest: untagged.digest }];
  expected.sort((a, b) => (a.imageDigest + (a.imageTag ?? '') < b.imageDigest + (b.imageTag ?? '') ? -1 : 1));
  assert.deepEqual(listed.imageIds, expected);
  const pages: (string | undefined)[] = [];
  for await (const page of ecr.paginateListImages({ client, pageSize: 1 }, { repositoryName: 'described' })) pages.push(...page.imageIds!.map(({ imageTag }) => imageTag));
  assert.deepEqual(pages, expected.map(({ imageTag }) => imageTag));
});

test('an image is pushed through the layer operations and pulled through the registry', async () => {
  await create('layers');
  const repositoryName = 'layers';
  const layer = Buffer.alloc(3_000_000, 'layer');
  const digest = sha256(layer);
  const check = () => client.send(new ecr.BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [digest, 'junk'] }));
  const before = await check();
  assert.deepEqual(before.layers, [{ layerDigest: digest, layerAvailability: 'UNAVAILABLE' }]);
  assert.equal(before.failures?.[0]?.failureCode, 'InvalidLayerDigest');
  const { uploadId, partSize } = await client.send(new ecr.InitiateLayerUploadCommand({ repositoryName }));
  assert.equal(partSize, 20_971_520);
  const part = (first: number, last: number) =>
    new ecr.UploadLayerPartCommand({ repositoryName, uploadId, partFirstByte: first, partLastByte: last, layerPartBlob: layer.subarray(first, last + 1) });
  assert.equal((await client.send(part(0, 999_999))).lastByteReceived, 999_999);
  const gap = await fails(part(2_000_000, 2_999_999), 'InvalidLayerPartException', /1000000/);
  assert.deepEqual([gap.lastValidByteReceived, gap.uploadId, gap.repositoryName], [999_999, uploadId, repositoryName]);
  await client.send(part(1_000_000, 2_999_999));
  const done = await client.send(new ecr.CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }));
  assert.equal(done.layerDigest, digest);
  assert.deepEqual((await check()).layers, [
    { layerDigest: digest, layerAvailability: 'AVAILABLE', layerSize: 3_000_000, mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' },
  ]);
  const again = await client.send(new ecr.InitiateLayerUploadCommand({ repositoryName }));
  await fails(new ecr.CompleteLayerUploadCommand({ repositoryName, uploadId: again.uploadId, layerDigests: [digest] }), 'LayerAlreadyExistsException', /already exists/);
  await fails(new ecr.CompleteLayerUploadCommand({ repositoryName, uploadId: again.uploadId, layerDigests: [sha256('x')] }), 'EmptyUploadException', /layer parts/);
  await fails(new ecr.CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [sha256('x')] }), 'UploadNotFoundException', /does not exist/);

  const { downloadUrl } = await client.send(new ecr.GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digest }));
  assert.ok(Buffer.from(await (await fetch(downloadUrl!)).arrayBuffer()).equals(layer));
  await fails(new ecr.GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: sha256('x') }), 'LayersNotFoundException', /sha256/);

  const imageManifest = manifestOf({ layers: [layer] });
  await fails(
    new ecr.PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }),
    'LayersNotFoundException',
    `Layers with digests '[${sha256('{}')}]' required for pushing image into repository with name 'layers' in the registry with id '000000000000' do not exist`,
  );
  await oci.pushBlob(server.base('layers'), '{}');
  const put = await client.send(new ecr.PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }));
  assert.deepEqual(put.image?.imageId, { imageDigest: sha256(imageManifest), imageTag: 'v1' });
  assert.equal((await oci.send('GET', `${server.base('layers')}/manifests/v1`)).text, imageManifest);
  await fails(new ecr.PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }), 'ImageAlreadyExistsException', /already exists in the repository with name 'layers'/);
  await fails(new ecr.PutImageCommand({ repositoryName, imageManifest, imageTag: 'v2', imageDigest: sha256('x') }), 'ImageDigestDoesNotMatchException', /digest/);
  await fails(new ecr.PutImageCommand({ repositoryName, imageManifest: '{', imageTag: 'v2' }), 'InvalidParameterException', /ImageManifest/);
});

test('images are read and deleted in batches, with failures one by one', async () => {
  await create('batches');
  const repositoryName = 'batches';
  const base = server.base('batches');
  const { digest, manifest } = await oci.pushImage(base, 'v1', { layers: ['one'] });
  await oci.pushImage(base, 'v2', { layers: ['one'] });
  const get = await client.send(new ecr.BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }, { imageTag: 'absent' }, {}, { imageDigest: 'junk' }] }));
  assert.deepEqual(get.images, [{ registryId: ACCOUNT, repositoryName, imageId: { imageDigest: digest, imageTag: 'v1' }, imageManifest: manifest, imageManifestMediaType: OCI_MANIFEST }]);
  assert.deepEqual(get.failures?.map(({ failureCode }) => failureCode), ['ImageNotFound', 'MissingDigestAndTag', 'InvalidImageDigest']);
  assert.equal(get.failures?.[0]?.failureReason, 'Requested image not found');

  const index = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: OCI_MANIFEST, digest, size: 1 }] });
  await client.send(new ecr.PutImageCommand({ repositoryName, imageManifest: index, imageTag: 'list' }));
  const remove = (imageIds: ecr.ImageIdentifier[]) => client.send(new ecr.BatchDeleteImageCommand({ repositoryName, imageIds }));
  const refused = await remove([{ imageDigest: digest }]);
  assert.equal(refused.failures?.[0]?.failureCode, 'ImageReferencedByManifestList');
  assert.deepEqual((await remove([{ imageTag: 'v2' }])).imageIds, [{ imageDigest: digest, imageTag: 'v2' }]);
  await remove([{ imageTag: 'list' }]);
  assert.deepEqual((await remove([{ imageTag: 'v1' }])).imageIds, [{ imageDigest: digest, imageTag: 'v1' }]);
  assert.equal((await oci.send('GET', `${base}/manifests/${digest}`)).status, 404, 'the image goes with its last tag');
});

test('a repository with images is deleted only by force', async () => {
  await create('full');
  await oci.pushImage(server.base('full'), 'v1', { layers: ['x'] });
  await fails(
    new ecr.DeleteRepositoryCommand({ repositoryName: 'full' }),
    'RepositoryNotEmptyException',
    "The repository with name 'full' in registry with id '000000000000' cannot be deleted because it still contains images",
  );
  const deleted = await client.send(new ecr.DeleteRepositoryCommand({ repositoryName: 'full', force: true }));
  assert.equal(deleted.repository?.repositoryName, 'full');
  assert.equal((await oci.send('GET', `${server.base('full')}/manifests/v1`)).errorCode(), 'NAME_UNKNOWN');
  await create('full');
  assert.equal((await oci.send('HEAD', `${server.base('full')}/blobs/${sha256('x')}`)).status, 404, 'a new repository of that name has nothing of the old one');
});

test('tag mutability can be changed, with exclusions', async () => {
  await create('mutability', { imageTagMutability: 'IMMUTABLE' });
  const base = server.base('mutability');
  await oci.pushImage(base, 'dev-1', { layers: ['one'] });
  const imageManifest = manifestOf({ layers: ['two'] });
  await oci.pushBlob(base, 'two');
  const put = new ecr.PutImageCommand({ repositoryName: 'mutability', imageManifest, imageTag: 'dev-1' });
  await fails(put, 'ImageTagAlreadyExistsException', "The image tag 'dev-1' already exists in the 'mutability' repository and cannot be overwritten because the tag is immutable.");
  const changed = await client.send(
    new ecr.PutImageTagMutabilityCommand({
      repositoryName: 'mutability',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
    }),
  );
  assert.deepEqual(changed.imageTagMutabilityExclusionFilters, [{ filterType: 'WILDCARD', filter: 'dev-*' }]);
  await client.send(put);
});

test('policies are checked, kept, returned and deleted', async () => {
  await create('policies');
  const repositoryName = 'policies';
  await fails(
    new ecr.GetLifecyclePolicyCommand({ repositoryName }),
    'LifecyclePolicyNotFoundException',
    "Lifecycle policy does not exist for the repository with name 'policies' in the registry with id '000000000000'",
  );
  const lifecyclePolicyText = JSON.stringify({
    rules: [{ rulePriority: 1, description: 'old', selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 }, action: { type: 'expire' } }],
  });
  await fails(
    new ecr.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: lifecyclePolicyText.replace('"countUnit":"days",', '') }),
    'InvalidParameterException',
    "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: instance failed to match exactly one schema (matched 0 out of 2)'",
  );
  await client.send(new ecr.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
  assert.equal((await client.send(new ecr.GetLifecyclePolicyCommand({ repositoryName }))).lifecyclePolicyText, lifecyclePolicyText);
  await client.send(new ecr.DeleteLifecyclePolicyCommand({ repositoryName }));
  await fails(new ecr.DeleteLifecyclePolicyCommand({ repositoryName }), 'LifecyclePolicyNotFoundException', /policies/);

  const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await fails(
    new ecr.GetRepositoryPolicyCommand({ repositoryName }),
    'RepositoryPolicyNotFoundException',
    "Repository policy does not exist for the repository with name 'policies' in the registry with id '000000000000'",
  );
  await fails(new ecr.SetRepositoryPolicyCommand({ repositoryName, policyText: 'no' }), 'InvalidParameterException', /Invalid repository policy provided/);
  await client.send(new ecr.SetRepositoryPolicyCommand({ repositoryName, policyText }));
  assert.equal((await client.send(new ecr.GetRepositoryPolicyCommand({ repositoryName }))).policyText, policyText);
  assert.equal((await client.send(new ecr.DeleteRepositoryPolicyCommand({ repositoryName }))).policyText, policyText);
});

test('tags of a repository and its scanning setting', async () => {
  const { repositoryArn: resourceArn } = await create('tagged', { tags: [{ Key: 'a', Value: '1' }] });
  await client.send(new ecr.TagResourceCommand({ resourceArn, tags: [{ Key: 'b', Value: '2' }, { Key: 'a', Value: '3' }] }));
  await client.send(new ecr.UntagResourceCommand({ resourceArn, tagKeys: ['b', 'absent'] }));
  assert.deepEqual((await client.send(new ecr.ListTagsForResourceCommand({ resourceArn }))).tags, [{ Key: 'a', Value: '3' }]);
  await fails(new ecr.ListTagsForResourceCommand({ resourceArn: resourceArn + 'x' }), 'RepositoryNotFoundException', /taggedx/);
  await client.send(new ecr.PutImageScanningConfigurationCommand({ repositoryName: 'tagged', imageScanningConfiguration: { scanOnPush: true } }));
  const scanning = await client.send(new ecr.BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: ['tagged', 'absent'] }));
  assert.equal(scanning.scanningConfigurations?.[0]?.scanFrequency, 'SCAN_ON_PUSH');
  assert.equal(scanning.failures?.[0]?.failureCode, 'REPOSITORY_NOT_FOUND');
  assert.deepEqual((await client.send(new ecr.DescribeRegistryCommand({}))).replicationConfiguration, { rules: [] });
});

test('referrers are listed by subject and artifact type', async () => {
  await create('signed');
  const base = server.base('signed');
  const { digest } = await oci.pushImage(base, 'v1', { layers: ['app'] });
  const extra = { subject: { digest, size: 1, mediaType: OCI_MANIFEST }, artifactType: 'application/vnd.sig' };
  const signature = await oci.pushImage(base, undefined, { layers: ['signature'], extra });
  const list = (filter?: ecr.ListImageReferrersFilter) => client.send(new ecr.ListImageReferrersCommand({ repositoryName: 'signed', subjectId: { imageDigest: digest }, filter }));
  assert.deepEqual((await list()).referrers, [
    { digest: signature.digest, mediaType: OCI_MANIFEST, artifactType: 'application/vnd.sig', size: signature.manifest.length, artifactStatus: 'ACTIVE' },
  ]);
  assert.deepEqual((await list({ artifactTypes: ['application/other'] })).referrers, []);
  const described = await client.send(new ecr.DescribeImagesCommand({ repositoryName: 'signed', imageIds: [{ imageDigest: signature.digest }] }));
  assert.equal(described.imageDetails?.[0]?.subjectManifestDigest, digest);
});

test('operations that are not there yet say so by name', async () => {
  await fails(new ecr.StartImageScanCommand({ repositoryName: 'x', imageId: {} }), 'InvalidParameterException', 'The StartImageScan operation is not supported by Longshore yet.');
});
