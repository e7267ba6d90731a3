// A machine as the operator's command reads it: JSON whose members are part of the contract, and a cloud-init script that joins it.
import type { MachineSpec } from '../driver.ts';

/** Members may be added, never taken away. */
export function renderMachine(spec: MachineSpec) {
  return {
    id: spec.id,
    account: spec.account,
    region: spec.region,
    imageId: spec.imageId,
    instanceType: spec.instanceType,
    vcpus: spec.vcpus,
    memoryMiB: spec.memoryMiB,
    availabilityZone: spec.availabilityZone,
    privateIpAddress: spec.privateIpAddress,
    macAddress: spec.macAddress,
    /** Base64, as given to RunInstances; absent when none was. */
    userData: spec.userData,
    tags: spec.tags,
    agent: { server: spec.agent.server, cluster: spec.agent.cluster, token: spec.agent.token, attributes: spec.agent.attributes },
    /** A shell script for the machine's first boot: it starts Longshore's agent, whose code must be in /opt/longshore. */
    joinScript: joinScript(spec),
  };
}

function joinScript({ agent, vcpus, memoryMiB, account }: MachineSpec): string {
  const attributes = Object.entries(agent.attributes).map(([name, value]) => ` --attribute '${`${name}=${value}`.replaceAll("'", "'\\''")}'`).join('');
  return `#!/bin/sh
# Joins this machine to cluster ${agent.cluster} of account ${account}.
exec /opt/longshore/longshore agent --install --server '${agent.server}' --cluster '${agent.cluster}' --token '${agent.token ?? ''}' \\
  --cpu ${vcpus * 1024} --memory ${memoryMiB}${attributes}
`;
}
