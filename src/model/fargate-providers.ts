// The capacity providers that AWS itself provides; others are made over an Auto Scaling group.

export const FARGATE_PROVIDERS: readonly string[] = ['FARGATE', 'FARGATE_SPOT'];

/** What tasks of a strategy are launched as; undefined for an empty one. A strategy has providers of one kind. */
export function strategyLaunchType(strategy: readonly { readonly capacityProvider: string }[]): 'FARGATE' | 'EC2' | undefined {
  const [first] = strategy;
  return first === undefined ? undefined : FARGATE_PROVIDERS.includes(first.capacityProvider) ? 'FARGATE' : 'EC2';
}
