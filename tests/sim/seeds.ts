// Seeds that once found something, with what it was: they run first, for ever. When the scenario of seeds changes they
// may no longer find it again; then the fix's own test does (named here).

export const FOUND: readonly { readonly seed: number; readonly what: string }[] = [
  { seed: 6, what: 'a power loss after a task was cleaned up made the agent start it again: its end was not flushed' },
  { seed: 73, what: 'the same, on a host with more tasks' },
  { seed: 326, what: 'a slow answer is not a step back of the task (the checker was wrong)' },
  { seed: 1437, what: 'containers of an ended task stay until the runtime is back (the checker was wrong)' },
];
