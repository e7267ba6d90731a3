// The hosts a DAEMON service is to have a task on: ACTIVE ones of its cluster that satisfy its definition's and its own constraints.
import { attributeValue, capacityOf } from '#core/placement/host-capacity.ts';
import { parseMemberOf } from '#core/placement/member-of.ts';
import { launchTypeOf } from '#core/service/launch-spec.ts';
import { placementAttributes } from '#core/task-definition/placement-attributes.ts';
import { containerInstances } from '#model/container-instance.ts';
import type { ContainerInstance } from '#model/container-instance.ts';
import type { Service } from '#model/service.ts';
import { taskDefinitions } from '#model/task-definition.ts';
import { tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';

export function daemonHosts(reader: Reader, service: Service): string[] {
  const definition = reader.get(taskDefinitions, service.spec.taskDefinitionArn);
  const launchType = launchTypeOf(service.spec);
  const expressions = [...service.placementConstraints, ...(definition?.placementConstraints ?? [])].filter((c) => c.type === 'memberOf');
  const members = expressions.map(({ expression }) => parseMemberOf(expression));
  const satisfiesAll = (host: ContainerInstance): boolean => {
    const capacity = capacityOf(host, reader.by(tasks, 'host', host.arn));
    return members.every((member) => member.ok && member.matches(capacity));
  };
  const attributes = definition === undefined ? [] : placementAttributes(definition, launchType);
  const eligible = (host: ContainerInstance): boolean =>
    host.launchType === launchType &&
    host.agentConnected &&
    (members.length === 0 || satisfiesAll(host)) &&
    attributes.every(({ name, value }) => {
      const own = attributeValue(host, name);
      return own !== undefined && (value === undefined || value === own);
    });
  return [...reader.by(containerInstances, 'cluster', `${service.clusterArn}|ACTIVE`)].filter(eligible).map((host) => host.arn);
}
