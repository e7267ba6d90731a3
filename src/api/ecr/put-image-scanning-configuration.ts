// PutImageScanningConfiguration: kept and returned; there is no scanner yet.
import type { EcrContext } from './context.ts';
import { changeRepository } from './find-repository.ts';
import type { PutImageScanningConfigurationRequest, PutImageScanningConfigurationResponse, Shape } from './shapes.ts';

export function putImageScanningConfiguration(
  input: Shape<PutImageScanningConfigurationRequest>,
  ctx: EcrContext,
): Shape<PutImageScanningConfigurationResponse> {
  const scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
  const { account, name } = changeRepository(ctx, input, (repository) => ({ ...repository, scanOnPush }));
  return { registryId: account, repositoryName: name, imageScanningConfiguration: { scanOnPush } };
}
