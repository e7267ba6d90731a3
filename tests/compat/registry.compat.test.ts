// The registry as its users meet it: docker login, push and pull, skopeo, and the AWS CLI, all unconfigured, with tokens required.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { resolveImage } from '#core/images/reference.ts';
import { AWS_CLI } from '#tests/support/aws-cli.ts';
import { busyboxImage } from '#tests/support/docker.ts';
import { ACCOUNT, startRegistry, type RegistryServer } from '#tests/support/registry-server.ts';

let server: RegistryServer;
let scratch: string;
let environment: NodeJS.ProcessEnv;
const tagged: string[] = [];
before(async () => {
  server = await startRegistry({ relaxed: false });
  scratch = mkdtempSync(join(tmpdir(), 'longshore-registry-compat-'));
  environment = {
    ...process.env,
    DOCKER_CONFIG: scratch,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: server.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
});
after(async () => {
  for (const name of tagged) await run('docker', ['rmi', name]).catch(() => undefined);
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs a client; never blocks this process, which is the server. Rejects with what it printed. */
function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { env: environment, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else reject(new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`));
    });
    child.stdin?.end(input);
  });
}

async function aws(...args: readonly string[]): Promise<any> {
  const text = await run(AWS_CLI, ['ecr', ...args, '--endpoint-url', server.url, '--output', 'json']);
  return text === '' ? undefined : JSON.parse(text);
}

async function tag(image: string, name: string): Promise<string> {
  await run('docker', ['tag', image, name]);
  tagged.push(name);
  return name;
}

async function login(): Promise<string> {
  const { authorizationData } = await aws('get-authorization-token');
  const [, password = ''] = Buffer.from(authorizationData[0].authorizationToken, 'base64').toString().split(':');
  await run('docker', ['login', '--username', 'AWS', '--password-stdin', `localhost:${server.port}`], password);
  return password;
}

test('docker pushes to the repositoryUri and pulls it again', async () => {
  const { repository } = await aws('create-repository', '--repository-name', 'team/app');
  // An image of this run alone: Docker Engine does not ask for a manifest again that it has seen anywhere, and that is no pull.
  const image = busyboxImage({ changes: [`LABEL run=${process.pid}-${server.port}`] });
  tagged.push(image);
  const name = await tag(image, `${repository.repositoryUri}:v1`);
  await assert.rejects(run('docker', ['push', name]), /no basic auth credentials/);
  await login();
  await run('docker', ['push', name]);
  const digest = /sha256:[0-9a-f]{64}/.exec(await run('docker', ['inspect', '--format', '{{index .RepoDigests 0}} {{json .RepoDigests}}', name]));
  assert.ok(digest);
  await run('docker', ['rmi', name]);
  await run('docker', ['pull', name]);
  const { imageDetails } = await aws('describe-images', '--repository-name', 'team/app');
  assert.deepEqual(imageDetails[0].imageTags, ['v1']);
  assert.ok(imageDetails[0].imageSizeInBytes > 0);
  assert.ok(imageDetails[0].lastRecordedPullTime);
  const byDigest = `${repository.repositoryUri}@${imageDetails[0].imageDigest}`;
  await run('docker', ['pull', byDigest]);
});

test('the AWS form of the name is pulled from here', async () => {
  await login();
  const { pullReference } = resolveImage(`${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/team/app:v1`, `localhost:${server.port}`);
  await run('docker', ['pull', pullReference]);
});

test('a wrong password is refused at login', async () => {
  await assert.rejects(run('docker', ['login', '--username', 'AWS', '--password-stdin', `localhost:${server.port}`], 'wrong'), /401|unauthorized|Not Authorized/i);
});

test('pushes that ECR refuses are refused in its words', async () => {
  await login();
  const missing = await tag(busyboxImage(), `localhost:${server.port}/${ACCOUNT}.dkr.ecr.us-east-1/absent:v1`);
  await assert.rejects(run('docker', ['push', missing]), /name unknown: The repository with name 'absent' does not exist in the registry with id '000000000000'/);
  const { repository } = await aws('create-repository', '--repository-name', 'fixed', '--image-tag-mutability', 'IMMUTABLE');
  const name = await tag(busyboxImage(), `${repository.repositoryUri}:v1`);
  await run('docker', ['push', name]);
  await tag(busyboxImage({ files: { '/other': 'other' } }), name);
  await assert.rejects(run('docker', ['push', name]), /tag invalid: The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the tag is immutable\./);
});

test('a layer that another repository has is mounted, not pushed', async () => {
  await login();
  const { repository } = await aws('create-repository', '--repository-name', 'mounted');
  const name = await tag(busyboxImage(), `${repository.repositoryUri}:v1`);
  assert.match(await run('docker', ['push', name]), /Mounted from|Layer already exists/);
});

test('skopeo copies between repositories, inspects and deletes', async () => {
  const password = await login();
  const { repository } = await aws('create-repository', '--repository-name', 'copied');
  const source = `docker://localhost:${server.port}/${ACCOUNT}.dkr.ecr.us-east-1/team/app:v1`;
  const target = `docker://${repository.repositoryUri}:v2`;
  const credentials = `AWS:${password}`;
  await run('skopeo', ['copy', '--src-tls-verify=false', '--dest-tls-verify=false', '--src-creds', credentials, '--dest-creds', credentials, source, target]);
  const inspected = JSON.parse(await run('skopeo', ['inspect', '--tls-verify=false', '--creds', credentials, target]));
  assert.deepEqual(inspected.RepoTags, ['v2']);
  const oci = `${target.slice(0, -2)}oci`;
  await run('skopeo', ['copy', '--format', 'oci', '--src-tls-verify=false', '--dest-tls-verify=false', '--src-creds', credentials, '--dest-creds', credentials, source, oci]);
  const { imageDetails } = await aws('describe-images', '--repository-name', 'copied', '--image-ids', 'imageTag=oci');
  assert.equal(imageDetails[0].imageManifestMediaType, 'application/vnd.oci.image.manifest.v1+json');
  await run('skopeo', ['delete', '--tls-verify=false', '--creds', credentials, target]);
  const listed = await aws('list-images', '--repository-name', 'copied');
  assert.deepEqual(listed.imageIds.map(({ imageTag }: { imageTag: string }) => imageTag), ['oci']);
});

test('the AWS CLI sees modelled errors by name', async () => {
  await assert.rejects(aws('describe-repositories', '--repository-names', 'absent'), /\(RepositoryNotFoundException\).*The repository with name 'absent' does not exist in the registry with id '000000000000'/);
  await assert.rejects(aws('delete-repository', '--repository-name', 'team/app'), /\(RepositoryNotEmptyException\)/);
});
