// Whether ECS accepts a draft: the first rule it breaks, or undefined. The rules and their order are in SPEC.md.
import type { Draft } from './draft.ts';
import type { Violation } from './violation.ts';

export function validateDraft(draft: Draft): Violation | undefined {
  if (!draft.family) return { rule: 'TD1' };
  return undefined;
}
