// Why a task stopped before its containers were made, in ECS's words: Fargate's, and those of the agent on EC2 and external hosts.
// Source: the ECS developer guide, "ResourceInitializationError errors", and aws/amazon-ecs-agent (ssmsecret, asmsecret, asmauth).

export type InjectionProblem =
  | { readonly kind: 'asm'; readonly secret: string; readonly region: string; readonly why: string }
  | { readonly kind: 'ssm'; readonly region: string; readonly why: string }
  | { readonly kind: 'registry'; readonly secret: string; readonly region: string; readonly why: string }
  | { readonly kind: 'environmentFiles'; readonly bucket: string; readonly key: string; readonly why: string };

/** What stands after `ResourceInitializationError: `. Never holds a value. */
export function injectionFailure(launchType: string, problem: InjectionProblem): string {
  return launchType === 'FARGATE' ? onFargate(problem) : onInstance(problem);
}

function onFargate(problem: InjectionProblem): string {
  const head = 'unable to pull secrets or registry auth: execution resource retrieval failed:';
  const retried = 'service call has been retried 1 time(s):';
  switch (problem.kind) {
    case 'asm':
      return `${head} unable to retrieve secret from asm: ${retried} failed to fetch secret ${problem.secret} from secrets manager: ${problem.why}`;
    case 'ssm':
      return `${head} unable to retrieve secrets from ssm: ${retried} ${problem.why}`;
    case 'registry':
      return `${head} unable to retrieve registry auth from asm: ${retried} failed to fetch secret ${problem.secret} from secrets manager: ${problem.why}`;
    case 'environmentFiles':
      return `failed to download env files: file download command: non empty error stream: ${problem.why}`;
  }
}

function onInstance(problem: InjectionProblem): string {
  switch (problem.kind) {
    case 'asm':
      return `fetching secret data from AWS Secrets Manager in region ${problem.region}: secret ${problem.secret}: ${problem.why}`;
    case 'ssm':
      return `fetching secret data from SSM Parameter Store in ${problem.region}: ${problem.why}`;
    case 'registry':
      return `fetching registry auth data from AWS Secrets Manager in region ${problem.region}: secret ${problem.secret}: ${problem.why}`;
    case 'environmentFiles':
      return `unable to download env file with key ${problem.key} from bucket ${problem.bucket}: ${problem.why}`;
  }
}
