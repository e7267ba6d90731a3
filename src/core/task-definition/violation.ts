// The rule a draft breaks (SPEC.md), with what its message needs. Texts are the API's (api/ecs/messages.ts).

/** Every rule, in the order of SPEC.md. */
export const RULES = [
  'TD1', 'TD2', 'TD3', 'TD4', 'TD5', 'TD6', 'TD7', 'TD8', 'TD9', 'TD10',
  'TD11', 'TD12', 'TD13', 'TD14', 'TD15', 'TD16', 'TD17', 'TD18', 'TD19', 'TD20',
  'TD21', 'TD22', 'TD23', 'TD24', 'TD25', 'TD26', 'TD27', 'TD28', 'TD29', 'TD30',
  'TD31', 'TD32', 'TD33', 'TD34', 'TD35', 'TD36', 'TD37', 'TD38', 'TD39', 'TD40',
  'TD41', 'TD42', 'TD43', 'TD44', 'TD45', 'TD46', 'TD47', 'TD48', 'TD49', 'TD50',
  'TD51', 'TD52', 'TD53', 'TD54', 'TD55', 'TD56', 'TD57', 'TD58', 'TD59', 'TD60',
  'TD61', 'TD62', 'TD63', 'TD64', 'TD65', 'TD66', 'TD67', 'TD68', 'TD69', 'TD70',
  'TD71', 'TD72', 'TD73', 'TD74', 'TD75', 'TD76', 'TD77',
] as const;

export type Rule = (typeof RULES)[number];

export interface Violation {
  readonly rule: Rule;
  /** Name of the container it is about. */
  readonly container?: string;
  /** The member at fault, as ECS names it. */
  readonly member?: string;
  /** What was given. */
  readonly value?: string;
  /** What would have been allowed. */
  readonly allowed?: readonly string[];
}

/** The first violation that one of the checks finds. */
export function firstOf<Input extends readonly unknown[]>(
  checks: readonly ((...input: Input) => Violation | undefined)[],
  ...input: Input
): Violation | undefined {
  for (const check of checks) {
    const violation = check(...input);
    if (violation) return violation;
  }
  return undefined;
}
