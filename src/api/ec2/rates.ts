// How often an account may call EC2 in one region: "Request throttling for the Amazon EC2 API" gives reads 100 at once and 20 a second,
// changes 50 at once and 5 a second, in one bucket for each operation.
import type { RateClass } from '#wire/service.ts';

/** A class for each of these operations. */
export function rateClasses(operations: readonly string[]): (operation: string) => RateClass | undefined {
  const classes = new Map(operations.map((name): [string, RateClass] => [name, /^(Describe|Get|List|Search)/.test(name) ? { name, burst: 100, perSecond: 20 } : { name, burst: 50, perSecond: 5 }]));
  return (operation) => classes.get(operation);
}
