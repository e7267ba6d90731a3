// The task sizes Fargate has: for each CPU value, its memory values in MiB.

const GIB = 1024;

interface SizeRange {
  readonly fromMiB: number;
  readonly toMiB: number;
  readonly stepMiB: number;
}

/** Source: the doc comment of RegisterTaskDefinitionRequest.cpu in @aws-sdk/client-ecs. */
const SIZES: ReadonlyMap<number, SizeRange | readonly number[]> = new Map<number, SizeRange | readonly number[]>([
  [256, [512, 1 * GIB, 2 * GIB]],
  [512, { fromMiB: 1 * GIB, toMiB: 4 * GIB, stepMiB: GIB }],
  [1024, { fromMiB: 2 * GIB, toMiB: 8 * GIB, stepMiB: GIB }],
  [2048, { fromMiB: 4 * GIB, toMiB: 16 * GIB, stepMiB: GIB }],
  [4096, { fromMiB: 8 * GIB, toMiB: 30 * GIB, stepMiB: GIB }],
  [8192, { fromMiB: 16 * GIB, toMiB: 60 * GIB, stepMiB: 4 * GIB }],
  [16384, { fromMiB: 32 * GIB, toMiB: 120 * GIB, stepMiB: 8 * GIB }],
]);

/** True when Fargate has tasks of this many CPU units and MiB. */
export function isFargateSize(cpu: number, memoryMiB: number): boolean {
  const range = SIZES.get(cpu);
  if (range === undefined) return false;
  if (Array.isArray(range)) return range.includes(memoryMiB);
  const { fromMiB, toMiB, stepMiB } = range as SizeRange;
  return memoryMiB >= fromMiB && memoryMiB <= toMiB && (memoryMiB - fromMiB) % stepMiB === 0;
}
