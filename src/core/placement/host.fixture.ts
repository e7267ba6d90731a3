// A container instance row for tests of core.
import type { ContainerInstance } from '#model/container-instance.ts';

export function hostFixture(id: string, over: Partial<ContainerInstance> = {}): ContainerInstance {
  const cluster = 'arn:aws:ecs:us-east-1:000000000000:cluster/default';
  return {
    arn: `arn:aws:ecs:us-east-1:000000000000:container-instance/default/${id}`,
    account: '000000000000',
    region: 'us-east-1',
    clusterArn: cluster,
    pool: 'cluster',
    registeredBy: 'arn:aws:iam::000000000000:root',
    status: 'ACTIVE',
    launchType: 'EC2',
    availabilityZone: 'us-east-1a',
    resources: { cpu: 1024, memoryMiB: 1024, reservedTcpPorts: [22], reservedUdpPorts: [], gpus: [] },
    attributes: [],
    agentConnected: true,
    versionInfo: {},
    registeredAt: 0,
    version: 1,
    tags: [],
    ...over,
  };
}
