// What a task's containers get that is secret: fetched for the task before its containers are made, through the control plane's API, as the
// task's execution role. Held in memory only: nothing of it reaches a label, an argument, a log line, a report or the state file.
import { injectionFailure, type InjectionProblem } from '#core/secrets/injection-failure.ts';
import { parseReference, parseRegistrySecret, pickValue, type SecretReference } from '#core/secrets/reference.ts';
import type { EnvironmentFileLocation } from '#core/environment-files/parse.ts';
import { AgentApiError } from '#link/agent-api.ts';
import type { AwsJsonClient } from '#link/aws-json-client.ts';
import type { PayloadContainer, PayloadSecret, PayloadTask, RoleCredentials } from '#link/messages.ts';
import { done, failed } from '../runtime.ts';
import { fetchEnvironmentFiles } from './environment-files.ts';
import type { Outcome, RegistryAuth } from '../runtime.ts';
import { arnRegion } from '../spec/names.ts';

export interface ContainerSecrets {
  readonly environment: Readonly<Record<string, string>>;
  /** Of environment files. */
  readonly files?: Readonly<Record<string, string>>;
  /** Options of the log driver. */
  readonly logOptions: Readonly<Record<string, string>>;
  /** For a private registry whose credentials are a secret. */
  readonly registryAuth?: RegistryAuth;
}

/** By container name; containers without secrets are not in it. */
export type TaskSecrets = ReadonlyMap<string, ContainerSecrets>;

export interface SecretStores {
  /** A client that signs as the task's execution role, or as the agent in the task's account when the task came without such credentials. */
  client(taskArn: string, region: string, credentials: RoleCredentials | undefined): AwsJsonClient;
  /** The text of an object of S3, signed alike. */
  readObject(taskArn: string, region: string, credentials: RoleCredentials | undefined, location: EnvironmentFileLocation): Promise<string>;
}

const SSM_BATCH = 10;
const RETRIES = 3;

/** Fails with ResourceInitializationError in ECS's words, or RuntimeUnavailable while the control plane cannot be reached. */
export async function fetchTaskSecrets(stores: SecretStores, task: PayloadTask, credentials: RoleCredentials | undefined, wanted: readonly PayloadContainer[]): Promise<Outcome<TaskSecrets>> {
  const fetcher = openFetcher(stores, task, credentials);
  try {
    const found = new Map<string, ContainerSecrets>();
    for (const container of wanted) {
      const secrets = await fetchContainer(fetcher, container);
      if (secrets !== undefined) found.set(container.name, secrets);
    }
    return done(found);
  } catch (error) {
    if (error instanceof Refused) return failed('ResourceInitializationError', injectionFailure(task.launchType, error.problem));
    // Not an answer: the control plane is away for a moment.
    return failed('RuntimeUnavailable', `secrets cannot be fetched: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whether there is anything to fetch for a container. */
export function hasSecrets(container: PayloadContainer): boolean {
  return (container.secrets?.length ?? 0) > 0 || (container.environmentFiles?.length ?? 0) > 0 || container.registryAuthentication?.type === 'asm';
}

class Refused extends Error {
  readonly problem: InjectionProblem;
  constructor(problem: InjectionProblem) {
    super(problem.why);
    this.problem = problem;
  }
}

interface Fetcher {
  /** The texts of all parameters, by what they were asked for. */
  parameters(region: string, names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  secret(reference: Extract<SecretReference, { store: 'asm' }>, problem: (why: string) => InjectionProblem): Promise<string>;
  /** An environment file. */
  file(location: EnvironmentFileLocation): Promise<string>;
  readonly region: string;
}

function openFetcher(stores: SecretStores, task: PayloadTask, credentials: RoleCredentials | undefined): Fetcher {
  const values = new Map<string, Promise<string>>();
  const call = (region: string, target: string, body: unknown, service: string): Promise<Record<string, unknown>> =>
    withRetries(() => stores.client(task.arn, region, credentials).callAwsJson(target, body, service));

  const region = arnRegion(task.arn);
  return {
    region,
    file({ bucket, key }) {
      const why = (error: string): InjectionProblem => ({ kind: 'environmentFiles', bucket, key, why: error });
      return withRetries(() => stores.readObject(task.arn, region, credentials, { bucket, key })).catch(asRefusal(why));
    },
    async parameters(region, names) {
      const found = new Map<string, string>();
      for (let at = 0; at < names.length; at += SSM_BATCH) {
        const batch = names.slice(at, at + SSM_BATCH);
        const answer = await call(region, 'AmazonSSM.GetParameters', { Names: batch, WithDecryption: true }, 'ssm').catch(asRefusal((why) => ({ kind: 'ssm', region, why })));
        const invalid = (answer['InvalidParameters'] ?? []) as string[];
        if (invalid.length > 0) throw new Refused({ kind: 'ssm', region, why: `invalid parameters: ${invalid.join(', ')}` });
        for (const parameter of (answer['Parameters'] ?? []) as { Name: string; ARN: string; Value: string; Selector?: string }[]) {
          found.set(`${parameter.Name}${parameter.Selector ?? ''}`, parameter.Value).set(`${parameter.ARN}${parameter.Selector ?? ''}`, parameter.Value);
        }
      }
      return found;
    },
    secret({ region, secretId, versionStage, versionId }, problem) {
      const key = JSON.stringify([region, secretId, versionStage, versionId]);
      const fetching = values.get(key) ?? call(region, 'secretsmanager.GetSecretValue', {
        SecretId: secretId,
        ...(versionStage !== undefined && { VersionStage: versionStage }),
        ...(versionId !== undefined && { VersionId: versionId }),
      }, 'secretsmanager').then((answer) => textOf(answer));
      values.set(key, fetching);
      return fetching.catch(asRefusal(problem));
    },
  };
}

async function fetchContainer(fetcher: Fetcher, container: PayloadContainer): Promise<ContainerSecrets | undefined> {
  const given = (container.secrets ?? []).map((secret) => ({ secret, reference: referenceOf(secret) }));
  const auth = container.registryAuthentication?.asmAuthData;
  const files = await fetchEnvironmentFiles(container, (location) => fetcher.file(location), (why) => {
    throw new Refused({ kind: 'environmentFiles', bucket: '', key: '', why });
  });
  if (given.length === 0 && auth === undefined && files === undefined) return undefined;
  const parameters = await fetchParameters(fetcher, given.map(({ reference }) => reference));
  const environment: Record<string, string> = {};
  const logOptions: Record<string, string> = {};
  for (const { secret, reference } of given) {
    const value = reference.store === 'ssm' ? parameters.get(`${reference.region} ${reference.name}`) : await fetchSecret(fetcher, reference);
    if (value === undefined) throw new Refused({ kind: 'ssm', region: reference.region, why: `invalid parameters: ${secret.valueFrom}` });
    (secret.target === 'LOG_DRIVER' ? logOptions : environment)[secret.name] = value;
  }
  return { environment, logOptions, ...(files !== undefined && { files }), ...(auth !== undefined && { registryAuth: await fetchRegistryAuth(fetcher, auth) }) };
}

/** Region and name → value. */
async function fetchParameters(fetcher: Fetcher, references: readonly SecretReference[]): Promise<Map<string, string>> {
  const byRegion = new Map<string, Set<string>>();
  for (const reference of references) {
    if (reference.store === 'ssm') byRegion.set(reference.region, (byRegion.get(reference.region) ?? new Set()).add(reference.name));
  }
  const values = new Map<string, string>();
  for (const [region, names] of byRegion) {
    for (const [name, value] of await fetcher.parameters(region, [...names])) values.set(`${region} ${name}`, value);
  }
  return values;
}

async function fetchSecret(fetcher: Fetcher, reference: Extract<SecretReference, { store: 'asm' }>): Promise<string> {
  const problem = (why: string): InjectionProblem => ({ kind: 'asm', secret: reference.secretId, region: reference.region, why });
  const value = pickValue(await fetcher.secret(reference, problem), reference.jsonKey);
  if (value === undefined) throw new Refused(problem(`retrieved secret from Secrets Manager did not contain json key ${reference.jsonKey ?? ''}`));
  return value;
}

async function fetchRegistryAuth(fetcher: Fetcher, { credentialsParameter, region }: { credentialsParameter: string; region: string }): Promise<RegistryAuth> {
  const problem = (why: string): InjectionProblem => ({ kind: 'registry', secret: credentialsParameter, region, why });
  const auth = parseRegistrySecret(await fetcher.secret({ store: 'asm', region: region || fetcher.region, secretId: credentialsParameter }, problem));
  if (auth === undefined) throw new Refused(problem('the secret is not JSON with username and password'));
  return auth;
}

function referenceOf(secret: PayloadSecret): SecretReference {
  const reference = parseReference(secret.valueFrom, secret.region);
  if (typeof reference !== 'string') return reference;
  throw new Refused(secret.provider === 'asm' ? { kind: 'asm', secret: secret.valueFrom, region: secret.region, why: reference } : { kind: 'ssm', region: secret.region, why: reference });
}

/** Bytes are given as they are when they are text, as Amazon's agent gives them. */
function textOf(answer: Record<string, unknown>): string {
  if (typeof answer['SecretString'] === 'string') return answer['SecretString'];
  return Buffer.from(String(answer['SecretBinary'] ?? ''), 'base64').toString('utf8');
}

function asRefusal(problem: (why: string) => InjectionProblem): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof AgentApiError)) throw error;
    throw new Refused(problem(error.message === '' ? error.code : `${error.code}: ${error.message}`));
  };
}

/** An overloaded or failing service is asked again; a refusal is an answer. */
async function withRetries<T>(call: () => Promise<T>): Promise<T> {
  for (let left = RETRIES; ; left--) {
    try {
      return await call();
    } catch (error) {
      const passing = error instanceof AgentApiError && (error.httpStatus >= 500 || error.code === 'ThrottlingException');
      if (!passing || left === 0) throw error;
    }
  }
}
