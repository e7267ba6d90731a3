// Machine images: the ECS-optimised AMIs, each under one id that is the same in every region. A driver decides what an image means: the
// `local` one takes them all for this machine.

export interface MachineImage {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly os: string;
  readonly agentVersion: string;
  readonly createdAt: number;
  /** Path of its SSM public parameter, `/recommended` following. */
  readonly parameter: string;
}

const BASE = '/aws/service/ecs/optimized-ami';
const CREATED_AT = Date.UTC(2026, 9, 1);
const AGENT_VERSION = '1.105.1';

export const MACHINE_IMAGES: readonly MachineImage[] = [
  image('ami-0ec5000000000a2c1', 'amzn2-ami-ecs-hvm-2.0.20261001-x86_64-ebs', 'Amazon Linux 2', 'x86_64', 'amazon-linux-2'),
  image('ami-0ec5000000000a2c2', 'amzn2-ami-ecs-hvm-2.0.20261001-arm64-ebs', 'Amazon Linux 2', 'arm64', 'amazon-linux-2/arm64'),
  image('ami-0ec50000000a2023a', 'al2023-ami-ecs-hvm-2023.0.20261001-kernel-6.1-x86_64', 'Amazon Linux 2023', 'x86_64', 'amazon-linux-2023'),
  image('ami-0ec50000000a2023b', 'al2023-ami-ecs-hvm-2023.0.20261001-kernel-6.1-arm64', 'Amazon Linux 2023', 'arm64', 'amazon-linux-2023/arm64'),
];

export function machineImage(id: string): MachineImage | undefined {
  return MACHINE_IMAGES.find((known) => known.id === id);
}

/** The value of an SSM public parameter of the ECS-optimised AMIs; undefined for any other name. */
export function imageParameter(name: string): string | undefined {
  for (const known of MACHINE_IMAGES) {
    if (!name.startsWith(`${known.parameter}/recommended`)) continue;
    const facts: Readonly<Record<string, string>> = {
      ecs_agent_version: known.agentVersion,
      ecs_runtime_version: 'Docker version 25.0.8',
      image_id: known.id,
      image_name: known.name,
      image_version: '2.0.20261001',
      os: known.os,
      schema_version: '1',
      source_image_name: known.name.replace('-ecs', ''),
    };
    const rest = name.slice(`${known.parameter}/recommended`.length);
    if (rest === '') return JSON.stringify(facts);
    const fact = rest.slice(1);
    return rest.startsWith('/') && Object.hasOwn(facts, fact) ? facts[fact] : undefined;
  }
  return undefined;
}

function image(id: string, name: string, os: string, architecture: MachineImage['architecture'], path: string): MachineImage {
  return { id, name, os, architecture, description: `${os} AMI ${architecture} ECS HVM, as Longshore has it`, agentVersion: AGENT_VERSION, createdAt: CREATED_AT, parameter: `${BASE}/${path}` };
}
