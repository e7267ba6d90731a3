// Which credentials an image needs to be pulled.
import { parseArn } from '#model/arn.ts';
import type { PayloadContainer } from '#link/messages.ts';
import { resolveImage } from '../images/reference.ts';

type RegistryAuthentication = NonNullable<PayloadContainer['registryAuthentication']>;

/**
 * A private registry's secret, or ECR's token for an image in AWS's form or on our own registry; undefined for others.
 * @param credentialsParameter ARN or name of the Secrets Manager secret of `repositoryCredentials`
 */
export function registryAuthentication(
  image: string,
  credentialsParameter: string | undefined,
  task: { readonly region: string; readonly registryHost: string; readonly executionRole: boolean },
): RegistryAuthentication | undefined {
  if (credentialsParameter !== undefined) {
    const region = parseArn(credentialsParameter)?.region || task.region;
    return { type: 'asm', asmAuthData: { credentialsParameter, region } };
  }
  const resolved = resolveImage(image, task.registryHost);
  if (resolved.registry !== 'local' || resolved.account === undefined || resolved.region === undefined) return undefined;
  return { type: 'ecr', ecrAuthData: { region: resolved.region, registryId: resolved.account, useExecutionRole: task.executionRole } };
}
