// Calls that carry data are made by programs, thousands a second, and AWS lets them: PutLogEvents 5,000 a second, objects of S3 3,500 writes and 5,500
// reads a second for each prefix, cryptographic operations of KMS 5,500 and more, GetSecretValue 10,000, layers of ECR 1,000 and more. One class for all of a service.
import type { RateClass } from '#wire/service.ts';

const DATA: RateClass = { name: 'data', burst: 5_000, perSecond: 5_000 };

/** The `rateClass` of a service in which these operations carry data; the others are in its common class. */
export function dataRates(operations: readonly string[]): (operation: string) => RateClass | undefined {
  const data = new Set(operations);
  return (operation) => (data.has(operation) ? DATA : undefined);
}
