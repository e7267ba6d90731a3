// A launch that found no place for all of its tasks: when to try again, and ECS's words for why.
import { PLACEMENT_REASONS } from '../placement/request.ts';
import type { PlacementFailure } from '../placement/request.ts';
import { lastSegment } from '#model/arn.ts';
import type { ServiceScheduler } from '#model/service.ts';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;
const SAID_EVERY_MS = 5 * 60_000;

const GUIDE = 'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

const CLOSEST: Readonly<Record<string, string>> = {
  [PLACEMENT_REASONS.gpu]: 'has insufficient GPU resource available',
  [PLACEMENT_REASONS.ports]: 'is already using a port required by your task',
  [PLACEMENT_REASONS.memory]: 'has insufficient memory available',
  [PLACEMENT_REASONS.cpu]: 'has insufficient CPU units available',
  [PLACEMENT_REASONS.attribute]: 'is missing an attribute required by your task',
};

/** The rest of the event after `(service X) `. @param failures not empty */
export function unplacedEvent(failures: readonly PlacementFailure[]): string {
  const first = failures[0] ?? { reason: PLACEMENT_REASONS.noHosts };
  if (first.reason === PLACEMENT_REASONS.fargate) return `was unable to place a task. Reason: ${first.reason}. ${GUIDE}`;
  if (first.reason === 'RESOURCE:ENI') return `was unable to place a task. Reason: The subnets have no free IP addresses. ${GUIDE}`;
  const none = 'was unable to place a task because no container instance met all of its requirements.';
  // Placement names the closest match first.
  const closest = failures.find((failure) => failure.hostArn !== undefined);
  if (closest?.hostArn === undefined) return `${none} Reason: ${first.reason.replace(/\.$/, '')}. ${GUIDE}`;
  return `${none} The closest matching (container-instance ${lastSegment(closest.hostArn)}) ${CLOSEST[closest.reason] ?? `encountered error "${closest.reason}"`}. ${GUIDE}`;
}

export interface UnplacedNote {
  readonly scheduler: ServiceScheduler;
  /** To be said now; undefined when the same was said a short while ago. */
  readonly event?: string;
}

/** After a launch: `failures` empty when every task found its place. */
export function noteUnplaced(scheduler: ServiceScheduler, failures: readonly PlacementFailure[], now: number): UnplacedNote {
  const { unplaced, ...rest } = scheduler;
  if (failures.length === 0) return { scheduler: unplaced === undefined ? scheduler : rest };
  const event = unplacedEvent(failures);
  const attempts = (unplaced?.attempts ?? 0) + 1;
  const retryAt = now + Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
  const known = unplaced !== undefined && unplaced.reason === event && now < unplaced.saidAt + SAID_EVERY_MS;
  const saidAt = known ? unplaced.saidAt : now;
  const next = { ...rest, unplaced: { at: unplaced?.at ?? now, attempts, retryAt, reason: event, saidAt } };
  return known ? { scheduler: next } : { scheduler: next, event };
}
