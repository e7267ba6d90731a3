// Drafts for the tests of the rules: one that ECS accepts, and what each rule changes about it.
import assert from 'node:assert/strict';
import type { ContainerDraft, Draft } from './draft.ts';
import { validateDraft } from './validate.ts';
import type { Rule, Violation } from './violation.ts';

export const CONTAINER: ContainerDraft = { name: 'app', image: 'busybox' };
export const DRAFT: Draft = { family: 'app', memory: '512', containerDefinitions: [CONTAINER] };
export const FARGATE: Draft = { ...DRAFT, requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu: '256' };

/** The draft with one container that differs so from the plain one. */
export function withContainer(change: Partial<Record<keyof ContainerDraft, unknown>>, draft: Draft = DRAFT): Draft {
  return { ...draft, containerDefinitions: [{ ...CONTAINER, ...change } as ContainerDraft] };
}

/** The draft with these containers, each complete but for what is given. */
export function withContainers(changes: readonly Partial<Record<keyof ContainerDraft, unknown>>[], draft: Draft = DRAFT): Draft {
  return { ...draft, containerDefinitions: changes.map((change, i) => ({ ...CONTAINER, name: `c${i}`, ...change }) as ContainerDraft) };
}

/** Asserts that this rule, and no earlier one, refuses the draft. Returns the violation. */
export function refused(rule: Rule, draft: Draft | Record<string, unknown>): Violation {
  const violation = validateDraft(draft as Draft);
  assert.equal(violation?.rule, rule);
  return violation as Violation;
}

export function accepted(draft: Draft | Record<string, unknown>): void {
  assert.equal(validateDraft(draft as Draft), undefined);
}
