// Bounds of reads, and how large a page of events may be.
import { compareBoundary, type Boundary } from '#core/telemetry/log-event.ts';

/** CloudWatch's pages hold up to 1 MB or 10,000 events. */
export const maxPageBytes = 1_048_576;

export function highest(a: Boundary, b: Boundary): Boundary {
  return compareBoundary(a, b) >= 0 ? a : b;
}

export function lowest(a: Boundary, b: Boundary): Boundary {
  return compareBoundary(a, b) <= 0 ? a : b;
}
