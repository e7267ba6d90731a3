// The EC2 instance types that Longshore knows, with their vCPU and memory: facts of AWS's published type pages.

export interface InstanceType {
  /** `m5.large` */
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly burstable: boolean;
  readonly gpus: number;
}

const BURSTABLE: Readonly<Record<string, readonly [vcpus: number, memoryGib: number]>> = {
  nano: [2, 0.5],
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  '2xlarge': [8, 32],
};
/** T2 has fewer vCPUs in its small sizes. */
const T2_VCPUS: Readonly<Record<string, number>> = { nano: 1, micro: 1, small: 1 };

const SIZES: Readonly<Record<string, number>> = { medium: 1, large: 2, xlarge: 4, '2xlarge': 8, '4xlarge': 16, '8xlarge': 32, '12xlarge': 48, '16xlarge': 64, '24xlarge': 96 };

/** Family → GiB of memory a vCPU, whether it has a `medium`, its architecture. */
const FAMILIES: Readonly<Record<string, readonly [gibPerVcpu: number, medium: boolean, architecture: 'x86_64' | 'arm64']>> = {
  m5: [4, false, 'x86_64'],
  m5a: [4, false, 'x86_64'],
  m5d: [4, false, 'x86_64'],
  m6i: [4, false, 'x86_64'],
  m6a: [4, false, 'x86_64'],
  m7i: [4, false, 'x86_64'],
  m7a: [4, true, 'x86_64'],
  m6g: [4, true, 'arm64'],
  m7g: [4, true, 'arm64'],
  m8g: [4, true, 'arm64'],
  c5: [2, false, 'x86_64'],
  c5a: [2, false, 'x86_64'],
  c6i: [2, false, 'x86_64'],
  c6a: [2, false, 'x86_64'],
  c7i: [2, false, 'x86_64'],
  c7a: [2, true, 'x86_64'],
  c6g: [2, true, 'arm64'],
  c7g: [2, true, 'arm64'],
  c8g: [2, true, 'arm64'],
  r5: [8, false, 'x86_64'],
  r5a: [8, false, 'x86_64'],
  r6i: [8, false, 'x86_64'],
  r6a: [8, false, 'x86_64'],
  r7i: [8, false, 'x86_64'],
  r7a: [8, true, 'x86_64'],
  r6g: [8, true, 'arm64'],
  r7g: [8, true, 'arm64'],
  r8g: [8, true, 'arm64'],
};

/** C5 grew by nines, not by eights. */
const C5_ONLY: Readonly<Record<string, number>> = { '9xlarge': 36, '18xlarge': 72 };
const C5_WITHOUT = new Set(['8xlarge', '16xlarge']);

const GPU_TYPES: readonly (readonly [name: string, vcpus: number, memoryGib: number, gpus: number])[] = [
  ['g4dn.xlarge', 4, 16, 1],
  ['g4dn.2xlarge', 8, 32, 1],
  ['g4dn.12xlarge', 48, 192, 4],
  ['g5.xlarge', 4, 16, 1],
  ['g5.2xlarge', 8, 32, 1],
  ['g5.12xlarge', 48, 192, 4],
  ['p3.2xlarge', 8, 61, 1],
  ['p3.8xlarge', 32, 244, 4],
];

const TYPES: ReadonlyMap<string, InstanceType> = new Map(everyType().map((type) => [type.name, type]));

/** Undefined for a type that Longshore does not know. */
export function instanceType(name: string): InstanceType | undefined {
  return TYPES.get(name);
}

export function instanceTypes(): Iterable<InstanceType> {
  return TYPES.values();
}

function everyType(): InstanceType[] {
  const types: InstanceType[] = [];
  for (const family of ['t2', 't3', 't3a', 't4g']) {
    for (const [size, [vcpus, gib]] of Object.entries(BURSTABLE)) {
      const architecture = family === 't4g' ? 'arm64' : 'x86_64';
      types.push({ name: `${family}.${size}`, vcpus: family === 't2' ? (T2_VCPUS[size] ?? vcpus) : vcpus, memoryMiB: gib * 1024, architecture, burstable: true, gpus: 0 });
    }
  }
  for (const [family, [gib, medium, architecture]] of Object.entries(FAMILIES)) {
    for (const [size, vcpus] of Object.entries(family === 'c5' ? { ...SIZES, ...C5_ONLY } : SIZES)) {
      if ((size === 'medium' && !medium) || (family === 'c5' && C5_WITHOUT.has(size))) continue;
      types.push({ name: `${family}.${size}`, vcpus, memoryMiB: vcpus * gib * 1024, architecture, burstable: false, gpus: 0 });
    }
  }
  for (const [name, vcpus, gib, gpus] of GPU_TYPES) types.push({ name, vcpus, memoryMiB: gib * 1024, architecture: 'x86_64', burstable: false, gpus });
  return types;
}
