// Random inputs that get far: a member's value is mostly one that was seen under a member of that name before, in any input or answer.
import type { Random } from '#base/random.ts';
import type { Shape, StructureShape } from '#wire/shape.ts';

export interface Inputs {
  /** @param trouble values that no member is made for */
  make(shape: StructureShape): Record<string, unknown>;
  /** Remembers the values of an input or answer under their members' names. */
  learn(value: unknown): void;
}

const PER_NAME = 12;
const NUMBERS = [0, 1, 2, 3, 10, 30, 50, 80, 100, 256, 512, 1024, 443, -1, 2 ** 31, Number.MAX_SAFE_INTEGER];

/** `clusterArn`, `ClusterName`, `clusters` and `cluster` are one name. */
function kin(name: string): string {
  return name.toLowerCase().replace(/(arns|names|ids|identifiers|arn|name|id|identifier)$/, '').replace(/s$/, '') || name.toLowerCase();
}

export function createInputs(random: Random, trouble: readonly string[]): Inputs {
  const seen = new Map<string, unknown[]>();
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;

  const text = (name: string): string => {
    const known = (seen.get(kin(name)) ?? []).filter((value) => typeof value === 'string');
    const roll = random.next();
    if (roll < 0.75 && known.length > 0) return pick(known) as string;
    if (roll < 0.9) return pick(trouble);
    const any = pick([...seen.values()]) ?? [];
    const other = any.length === 0 ? 'x' : pick(any);
    return typeof other === 'string' ? other : String.fromCharCode(below(65_536), below(128));
  };

  const value = (shape: Shape, name: string, depth: number): unknown => {
    switch (shape.kind) {
      case 'structure':
        return structure(shape, depth + 1);
      case 'list':
        return Array.from({ length: pick([0, 1, 1, 1, 2, 3]) }, () => value(shape.item, name, depth));
      case 'map':
        return Object.fromEntries(Array.from({ length: below(3) }, () => [text('key'), value(shape.value, name, depth)]));
      case 'number': {
        const known = (seen.get(kin(name)) ?? []).filter((one) => typeof one === 'number');
        return known.length > 0 && random.next() < 0.5 ? pick(known) : pick(NUMBERS);
      }
      case 'boolean':
        return random.next() < 0.5;
      case 'timestamp':
        return new Date(pick([0, 1, Date.now(), Date.now() + 86_400_000, Date.now() - 3_600_000, 8.64e15]));
      case 'blob':
        return Buffer.from(text(name));
      default:
        return text(name);
    }
  };

  const structure = (shape: StructureShape, depth: number): Record<string, unknown> => {
    const required = new Set(shape.required);
    const out: Record<string, unknown> = {};
    const chance = depth > 4 ? 0.05 : depth > 1 ? 0.3 : 0.35;
    for (const member of shape.members) {
      if (required.has(member) || random.next() < chance) out[member.name] = value(member.shape, member.name, depth);
    }
    return out;
  };

  const learn = (given: unknown, name: string): void => {
    if (given === null || given === undefined || given instanceof Date || given instanceof Uint8Array) return;
    if (Array.isArray(given)) return given.forEach((item) => learn(item, name));
    if (typeof given === 'object') return Object.entries(given).forEach(([key, member]) => learn(member, key));
    if (typeof given === 'string' && (given.length > 2_000 || given.length === 0)) return;
    const key = kin(name);
    const known = seen.get(key) ?? [];
    if (known.includes(given)) return;
    if (known.length < PER_NAME) known.push(given);
    else known[below(PER_NAME)] = given;
    seen.set(key, known);
  };

  return { make: (shape) => structure(shape, 0), learn: (given) => learn(given, '') };
}
