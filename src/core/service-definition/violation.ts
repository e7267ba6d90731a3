// The rule a service breaks (SPEC.md), with what its message needs. Texts are the API's (api/ecs/service-messages.ts).

/** The rules that refuse, in the order of SPEC.md. */
export const RULES = [
  'SD11', 'SD12', 'SD13', 'SD14', 'SD15', 'SD16', 'SD17', 'SD18', 'SD19', 'SD20', 'SD21', 'SD22',
  'SD23', 'SD24', 'SD25', 'SD26', 'SD27', 'SD28', 'SD29', 'SD30', 'SD31', 'SD32', 'SD33',
] as const;

export type Rule = (typeof RULES)[number];

export interface Violation {
  readonly rule: Rule;
  /** The member at fault, as ECS names it. */
  readonly member?: string;
  /** What was given. */
  readonly value?: string;
  /** Name of the container it is about. */
  readonly container?: string;
}

/** The first violation that one of the checks finds. */
export function firstOf(...checks: readonly (() => Violation | undefined)[]): Violation | undefined {
  for (const check of checks) {
    const violation = check();
    if (violation) return violation;
  }
  return undefined;
}
