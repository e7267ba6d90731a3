// Lifecycle policies: which images expire when. Here the document is read and checked; running it is for later.
// Rules of the format: Amazon ECR user guide, "Lifecycle policy properties".

export interface LifecycleRule {
  /** Lower comes first; unique in the policy. */
  readonly priority: number;
  readonly description?: string;
  readonly tagStatus: 'tagged' | 'untagged' | 'any';
  /** Of `tagged`: exactly one of the two lists. `*` stands for any run of characters. */
  readonly tagPatterns: readonly string[];
  readonly tagPrefixes: readonly string[];
  readonly countType: 'imageCountMoreThan' | 'sinceImagePushed' | 'sinceImagePulled' | 'sinceImageTransitioned';
  /** Images, or days. */
  readonly count: number;
  readonly storageClass: 'standard' | 'archive';
  readonly action: 'expire' | 'transition';
}

export type ParsedLifecyclePolicy = { readonly rules: readonly LifecycleRule[] } | { readonly problem: string };

const RULES_MAX = 50;
const PATTERN_WILDCARDS_MAX = 4;
const TAG_STATUS = ['any', 'tagged', 'untagged'] as const;
const COUNT_TYPES = ['imageCountMoreThan', 'sinceImagePulled', 'sinceImagePushed', 'sinceImageTransitioned'] as const;
const STORAGE_CLASSES = ['archive', 'standard'] as const;
const ACTIONS = ['expire', 'transition'] as const;

/** Thrown inside this file only: the first thing that is wrong, in ECR's words as far as they are known. */
class Problem extends Error {}

/** Reads a policy's text. Rules come back in order of priority. */
export function parseLifecyclePolicy(text: string): ParsedLifecyclePolicy {
  try {
    const document = readObject(readJson(text), ['rules'], ['rules']);
    if (!Array.isArray(document['rules'])) throw wrongType(document['rules'], 'array');
    if (document['rules'].length === 0) throw new Problem('array is too short: must have at least 1 elements but instance has 0 elements');
    if (document['rules'].length > RULES_MAX) throw new Problem(`array is too long: must have at most ${RULES_MAX} elements`);
    const rules = document['rules'].map(readRule);
    checkTogether(rules);
    return { rules: rules.sort((a, b) => a.priority - b.priority) };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('Could not map policyString into LifecyclePolicy.');
  }
}

function readRule(value: unknown): LifecycleRule {
  const rule = readObject(value, ['action', 'rulePriority', 'selection'], ['action', 'description', 'rulePriority', 'selection']);
  const selection = readObject(
    rule['selection'],
    ['countNumber', 'countType', 'tagStatus'],
    ['countNumber', 'countType', 'countUnit', 'storageClass', 'tagPatternList', 'tagPrefixList', 'tagStatus'],
  );
  const action = readObject(rule['action'], ['type'], ['targetStorageClass', 'type']);
  const { description } = rule;
  if (description !== undefined && typeof description !== 'string') throw wrongType(description, 'string');
  const type = readEnum(action['type'], ACTIONS);
  if ((type === 'transition') !== (action['targetStorageClass'] === 'archive')) throw noSchema();
  const read: LifecycleRule = {
    priority: readInteger(rule['rulePriority']),
    ...(description !== undefined && { description }),
    tagStatus: readEnum(selection['tagStatus'], TAG_STATUS),
    tagPatterns: readStrings(selection['tagPatternList']),
    tagPrefixes: readStrings(selection['tagPrefixList']),
    countType: readEnum(selection['countType'], COUNT_TYPES),
    count: readInteger(selection['countNumber']),
    storageClass: selection['storageClass'] === undefined ? 'standard' : readEnum(selection['storageClass'], STORAGE_CLASSES),
    action: type,
  };
  const byAge = read.countType !== 'imageCountMoreThan';
  if (byAge && selection['countUnit'] === undefined) throw noSchema();
  if (selection['countUnit'] !== undefined) readEnum(selection['countUnit'], ['days'] as const);
  if (!byAge && selection['countUnit'] !== undefined) throw noSchema();
  checkTags(read);
  return read;
}

function checkTags(rule: LifecycleRule): void {
  const lists = Number(rule.tagPatterns.length > 0) + Number(rule.tagPrefixes.length > 0);
  if (rule.tagStatus === 'tagged' ? lists !== 1 : lists !== 0) throw noSchema();
  for (const pattern of rule.tagPatterns) {
    if (pattern.split('*').length - 1 > PATTERN_WILDCARDS_MAX) {
      throw new Problem(`tag pattern '${pattern}' must have at most ${PATTERN_WILDCARDS_MAX} wildcards`);
    }
  }
}

function checkTogether(rules: readonly LifecycleRule[]): void {
  const priorities = new Set(rules.map(({ priority }) => priority));
  if (priorities.size < rules.length) throw new Problem('rulePriority must be unique within the policy');
  for (const storageClass of STORAGE_CLASSES) {
    const own = rules.filter((rule) => rule.storageClass === storageClass);
    const any = own.filter(({ tagStatus }) => tagStatus === 'any');
    const untagged = own.filter(({ tagStatus, action }) => tagStatus === 'untagged' && action === 'expire');
    if (any.length > 1) throw new Problem("only one rule may have tagStatus 'any'");
    if (untagged.length > 1) throw new Problem("only one rule may have tagStatus 'untagged'");
    const [last] = any;
    if (last !== undefined && own.some(({ priority }) => priority > last.priority)) {
      throw new Problem("a rule with tagStatus 'any' must have the highest rulePriority");
    }
  }
}

function readObject(value: unknown, required: readonly string[], allowed: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(value, 'object');
  const missing = required.filter((name) => !(name in value));
  if (missing.length > 0) throw new Problem(`object has missing required properties (${JSON.stringify(missing)})`);
  const unknown = Object.keys(value).filter((name) => !allowed.includes(name));
  if (unknown.length > 0) throw new Problem(`object instance has properties which are not allowed by the schema: (${JSON.stringify(unknown.sort())})`);
  return value as Record<string, unknown>;
}

function readEnum<T extends string>(value: unknown, allowed: readonly T[]): T {
  if ((allowed as readonly unknown[]).includes(value)) return value as T;
  throw new Problem(`instance value (${JSON.stringify(value)}) not found in enum (possible values: ${JSON.stringify(allowed)})`);
}

function readInteger(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(value, 'integer');
  if (value < 1) throw new Problem(`numeric instance is lower than the required minimum (minimum: 1, found: ${value})`);
  return value;
}

function readStrings(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string' || item === '')) throw wrongType(value, 'array');
  return value;
}

function wrongType(value: unknown, allowed: string): Problem {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return new Problem(`instance type (${type}) does not match any allowed primitive type (allowed: ["${allowed}"])`);
}

function noSchema(): Problem {
  return new Problem('instance failed to match exactly one schema (matched 0 out of 2)');
}
