// The agent's ECS calls over HTTP.
import type { AgentApi, RegisterResult } from './agent-api.ts';
import type { AwsJsonClient } from './aws-json-client.ts';

const TARGET_PREFIX = 'AmazonEC2ContainerServiceV20141113';

/** AgentApi by signed AWS JSON 1.1 calls. */
export function httpAgentApi(client: AwsJsonClient): AgentApi {
  const call = (operation: string, body: unknown): Promise<Record<string, unknown>> =>
    client.callAwsJson(`${TARGET_PREFIX}.${operation}`, body, 'ecs');
  return {
    async registerContainerInstance(request) {
      const answer = (await call('RegisterContainerInstance', request)) as {
        containerInstance?: { containerInstanceArn?: string; attributes?: RegisterResult['attributes'] };
      };
      const { containerInstanceArn, attributes } = answer.containerInstance ?? {};
      if (containerInstanceArn === undefined) throw new Error('RegisterContainerInstance answered without a container instance');
      return { containerInstanceArn, attributes: attributes ?? [] };
    },
    async discoverPollEndpoint(containerInstance, cluster) {
      const answer = (await call('DiscoverPollEndpoint', { containerInstance, ...(cluster !== undefined && { cluster }) })) as {
        endpoint?: string;
        telemetryEndpoint?: string;
      };
      if (answer.endpoint === undefined) throw new Error('DiscoverPollEndpoint answered without an endpoint');
      return { endpoint: answer.endpoint, telemetryEndpoint: answer.telemetryEndpoint ?? answer.endpoint };
    },
    async submitTaskStateChange(request) {
      await call('SubmitTaskStateChange', request);
    },
    async submitContainerStateChange(request) {
      await call('SubmitContainerStateChange', request);
    },
    async submitAttachmentStateChanges(request) {
      await call('SubmitAttachmentStateChanges', request);
    },
  };
}
