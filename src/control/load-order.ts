// Reads what an order is made of.
import { API_ENDPOINT_SETTING, wantsApiEndpoint } from '#core/payload/api-endpoint.ts';
import { renderPayload } from '#core/payload/render-payload.ts';
import type { PayloadNetwork, PayloadOptions } from '#core/payload/render-payload.ts';
import type { PayloadTask } from '#link/messages.ts';
import { accountSettings, DEFAULT_PRINCIPAL } from '#model/account.ts';
import { clusters } from '#model/cluster.ts';
import { networkInterfaces, subnets, vpcs } from '#model/network.ts';
import type { Task } from '#model/task.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import type { Reader } from '#store/store.ts';

/** The order for a task as it is now, or undefined when its definition is gone, which must not happen while it lives. */
export function loadOrder(reader: Reader, task: Task, options: PayloadOptions): PayloadTask | undefined {
  const definition = reader.get(taskDefinitions, task.taskDefinitionArn);
  return definition && renderPayload(task, definition, loadNetwork(reader, task), { ...options, apiEndpoint: loadApiEndpoint(reader, task) });
}

function loadApiEndpoint(reader: Reader, task: Task): boolean {
  const setting = reader.get(accountSettings, `${task.account}/${task.region}/${DEFAULT_PRINCIPAL}/${API_ENDPOINT_SETTING}`);
  return wantsApiEndpoint(reader.get(clusters, task.clusterArn)?.tags ?? [], setting?.value);
}

function loadNetwork(reader: Reader, task: Task): PayloadNetwork[] {
  return task.attachments.flatMap(({ networkInterfaceId }) => {
    const networkInterface = reader.get(networkInterfaces, networkInterfaceId);
    if (networkInterface === undefined) return [];
    const subnet = reader.get(subnets, networkInterface.subnetId);
    const vpc = reader.get(vpcs, networkInterface.vpcId);
    return subnet === undefined || vpc === undefined ? [] : [{ networkInterface, subnet, vpc }];
  });
}
