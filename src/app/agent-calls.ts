// What an agent asks of the control plane besides ECS: logs of its tasks, and passwords for the registry. Each call is made
// in the account and region of the task it is for.
import type { Clock } from '#base/clock.ts';
import { parseImageReference, resolveImage } from '#core/images/reference.ts';
import { parseArn } from '#model/arn.ts';
import { openAwsJsonClient, type AwsJsonClient } from '#link/aws-json-client.ts';
import { readObject } from '#link/object-reader.ts';
import type { AgentCredentials } from '#link/signer.ts';
import type { CurrentTls } from '#link/tls-client.ts';
import type { LogSink } from '#agent/logs/log-sink.ts';
import type { CallAsTask } from '#agent/metadata/task-protection.ts';
import type { RegistryAuth } from '#agent/runtime.ts';
import type { SecretStores } from '#agent/secrets/task-secrets.ts';
import { ACCOUNT_HEADER } from './identity.ts';

export interface AgentCallsOptions {
  readonly endpoint: string;
  readonly credentials: AgentCredentials;
  readonly userAgent: string;
  readonly clock: Clock;
  /** Of a host that joined over the network. */
  readonly tls?: CurrentTls;
}

export interface AgentCalls {
  /** The client for calls in an account and region. */
  client(account: string | undefined, region: string): AwsJsonClient;
  /** CloudWatch Logs for one task. */
  sinkOf(taskArn: string, region: string): LogSink;
  /** ECS's tags of a task or container instance. */
  listTags(arn: string): Promise<Readonly<Record<string, string>>>;
  /** SSM and Secrets Manager for tasks: as their execution role, else as this agent in the task's account. */
  readonly secretStores: SecretStores;
  /** ECS as the role of a task. */
  readonly callAsTask: CallAsTask;
  /** The password for an image of our registry; undefined for images of others. Cached until shortly before it expires. */
  registryAuth(reference: string, registryHost: string): Promise<RegistryAuth | undefined>;
}

const LOGS = 'Logs_20140328';
const ECS = 'AmazonEC2ContainerServiceV20141113';
const ECR = 'AmazonEC2ContainerRegistry_V20150921';
const MAX_ENVIRONMENT_FILE_BYTES = 4 * 2 ** 20;
const TOKEN_MARGIN_MS = 600_000;

export function openAgentCalls(options: AgentCallsOptions): AgentCalls {
  const clients = new Map<string, AwsJsonClient>();
  const tokens = new Map<string, { readonly auth: RegistryAuth; readonly freshUntil: number }>();

  const client = (account: string | undefined, region: string): AwsJsonClient => {
    const key = `${account ?? ''}/${region}`;
    let found = clients.get(key);
    if (found === undefined) {
      found = openAwsJsonClient({ ...options, region, ...(account === undefined ? {} : { headers: { [ACCOUNT_HEADER]: account } }) });
      clients.set(key, found);
    }
    return found;
  };

  return {
    client,
    async listTags(resourceArn) {
      const parsed = parseArn(resourceArn);
      const answer = await client(parsed?.account, parsed?.region ?? '').callAwsJson(`${ECS}.ListTagsForResource`, { resourceArn }, 'ecs');
      return Object.fromEntries(((answer['tags'] ?? []) as { key: string; value: string }[]).map(({ key, value }) => [key, value]));
    },
    secretStores: {
      client(taskArn, region, role) {
        if (role === undefined) return client(parseArn(taskArn)?.account, region);
        const { accessKeyId, secretAccessKey, sessionToken } = role;
        const open = (): AwsJsonClient => openAwsJsonClient({ ...options, region, credentials: { accessKeyId, secretAccessKey, sessionToken } });
        return { callAwsJson: (...call) => once(open(), (one) => one.callAwsJson(...call)), close() {} };
      },
      readObject(taskArn, region, role, { bucket, key }) {
        const account = parseArn(taskArn)?.account;
        const own = role === undefined && account !== undefined ? { headers: { [ACCOUNT_HEADER]: account } } : {};
        const { accessKeyId, secretAccessKey, sessionToken } = role ?? options.credentials;
        return readObject({ ...options, ...own, region, credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) } }, bucket, key, MAX_ENVIRONMENT_FILE_BYTES);
      },
    },
    callAsTask(taskArn, { accessKeyId, secretAccessKey, sessionToken }, operation, input) {
      const region = parseArn(taskArn)?.region ?? '';
      return once(openAwsJsonClient({ ...options, region, credentials: { accessKeyId, secretAccessKey, sessionToken } }), (one) => one.callAwsJson(`${ECS}.${operation}`, input, 'ecs'));
    },
    sinkOf: (taskArn, region) => logSink(client(parseArn(taskArn)?.account, region)),
    async registryAuth(reference, registryHost) {
      const image = resolveImage(reference, registryHost);
      if (image.registry !== 'local' || image.account === undefined || image.region === undefined) return undefined;
      const key = `${image.account}/${image.region}`;
      const known = tokens.get(key);
      if (known !== undefined && options.clock.now() < known.freshUntil) return known.auth;
      const answer = await client(image.account, image.region).callAwsJson(`${ECR}.GetAuthorizationToken`, {}, 'ecr');
      const [data] = answer['authorizationData'] as { authorizationToken: string; expiresAt: number }[];
      if (data === undefined) throw new Error('GetAuthorizationToken answered without a token');
      const text = Buffer.from(data.authorizationToken, 'base64').toString();
      const auth = { username: text.slice(0, text.indexOf(':')), password: text.slice(text.indexOf(':') + 1) };
      tokens.set(key, { auth, freshUntil: data.expiresAt * 1000 - TOKEN_MARGIN_MS });
      return auth;
    },
  };
}

/** For a client that is needed for one call: its connection does not stay. */
async function once<T>(client: AwsJsonClient, use: (client: AwsJsonClient) => Promise<T>): Promise<T> {
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

function logSink(client: AwsJsonClient): LogSink {
  const call = (operation: string, body: unknown): Promise<Record<string, unknown>> => client.callAwsJson(`${LOGS}.${operation}`, body, 'logs');
  return {
    async createLogGroup(logGroupName) {
      await call('CreateLogGroup', { logGroupName });
    },
    async createLogStream(logGroupName, logStreamName) {
      await call('CreateLogStream', { logGroupName, logStreamName });
    },
    async putLogEvents(logGroupName, logStreamName, logEvents) {
      const answer = await call('PutLogEvents', { logGroupName, logStreamName, logEvents });
      return { rejected: countRejected(answer['rejectedLogEventsInfo'], logEvents.length) };
    },
  };
}

/** `tooNewLogEventStartIndex`: from there on; the other two: everything before. */
function countRejected(info: unknown, total: number): number {
  if (typeof info !== 'object' || info === null) return 0;
  const { tooNewLogEventStartIndex = total, tooOldLogEventEndIndex = 0, expiredLogEventEndIndex = 0 } = info as Record<string, number>;
  return total - tooNewLogEventStartIndex + Math.max(tooOldLogEventEndIndex, expiredLogEventEndIndex);
}

/** The name the container runtime pulls an image of a task definition by. */
export function pullReference(image: string, registryHost: string): string {
  return parseImageReference(image).host === undefined ? image : resolveImage(image, registryHost).pullReference;
}
