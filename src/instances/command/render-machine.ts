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
    agent: spec.agent,
    /** A shell script for the machine's first boot: it starts Longshore's agent, whose code must be in /opt/longshore. */
    joinScript: joinScript(spec),
  };
}

function joinScript({ agent, region, vcpus, memoryMiB, account }: MachineSpec): string {
  return `#!/bin/sh
# Joins this machine to cluster ${agent.cluster} of account ${account}.
mkdir -p /etc/longshore
umask 077
cat >/etc/longshore/agent.env <<'END'
AWS_ACCESS_KEY_ID=${agent.accessKeyId}
AWS_SECRET_ACCESS_KEY=${agent.secretAccessKey}
AWS_REGION=${region}
END
set -a; . /etc/longshore/agent.env; set +a
exec /opt/longshore/longshore agent --server '${agent.server}' --cluster '${agent.cluster}' --data-dir /var/lib/longshore --cpu ${vcpus * 1024} --memory ${memoryMiB}
`;
}
