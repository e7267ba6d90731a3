// Every AWS service the platform speaks, joined to what it needs. A new service is a line here.
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Random } from '#base/random.ts';
import type { ApiDeps } from '#api/context.ts';
import { createAcmService } from '#api/acm/service.ts';
import type { EventHistory } from '#api/cloudtrail/context.ts';
import { createCloudTrailService } from '#api/cloudtrail/service.ts';
import { createAutoScalingService } from '#api/autoscaling/service.ts';
import { createEc2Service } from '#api/ec2/service.ts';
import { createEcrService } from '#api/ecr/service.ts';
import { createEcsService } from '#api/ecs/service.ts';
import { createElbv2Service } from '#api/elbv2/service.ts';
import type { KeyVault } from '#api/kms/context.ts';
import { createIamService } from '#api/iam/service.ts';
import { createKmsService } from '#api/kms/service.ts';
import { createLogsService } from '#api/logs/service.ts';
import { createS3Service } from '#api/s3/service.ts';
import { createSecretsManagerService } from '#api/secretsmanager/service.ts';
import { createSsmService } from '#api/ssm/service.ts';
import { createStsService } from '#api/sts/service.ts';
import type { ObjectFiles } from '#objects/object-files.ts';
import type { Registry } from '#registry/registry.ts';
import type { LogStoreHandle } from '#telemetry/log-store.ts';
import type { Service } from '#wire/service.ts';
import type { Access } from './access.ts';
import type { State } from './state.ts';

export interface ServiceParts {
  readonly state: State;
  readonly objects: ObjectFiles;
  readonly registry: Registry;
  readonly logs: LogStoreHandle;
  readonly vault: KeyVault;
  readonly access: Access;
  /** Every recorded call. */
  readonly audit: EventHistory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly registryHost?: string;
}

/** The services in the order the wire tries them. */
export function createServices(parts: ServiceParts): readonly Service<any>[] {
  const deps: ApiDeps = { store: parts.state.store, clock: parts.clock, random: parts.random, log: parts.log, ...(parts.registryHost !== undefined && { registryHost: parts.registryHost }) };
  return [
    createEcsService({ ...deps, capacity: parts.state.capacity, agentEndpoint: (call) => agentEndpoint(call.baseUrl) }),
    createEcrService({ ...deps, layers: parts.registry.layers, issueToken: (claims) => parts.registry.issueToken(claims) }),
    createLogsService({ ...deps, logs: parts.logs }),
    createEc2Service(deps),
    createAutoScalingService(deps),
    createElbv2Service(deps),
    createAcmService(deps),
    createIamService({ ...deps, policies: parts.access.policies, lastUse: parts.access.lastUse }),
    createStsService({ ...deps, policies: parts.access.policies, sessions: parts.access.sessions, verifyWebToken: parts.access.verifyWebToken }),
    createKmsService({ ...deps, vault: parts.vault }),
    createSsmService({ ...deps, vault: parts.vault }),
    createS3Service({ ...deps, bytes: parts.objects }),
    createSecretsManagerService({ ...deps, vault: parts.vault }),
    createCloudTrailService({ ...deps, history: parts.audit }),
  ];
}

/** Agents open their websockets on the same port: `/_acs/ws` and `/_tcs/ws`. */
function agentEndpoint(baseUrl: string): { endpoint: string; telemetryEndpoint: string } {
  return { endpoint: `${baseUrl}/_acs`, telemetryEndpoint: `${baseUrl}/_tcs` };
}
