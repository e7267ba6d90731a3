// A weighted forward as ranges of a dice with 10,000 sides, so that a change of weights is a change of a map.
import type { ForwardTarget } from '#model/load-balancer.ts';

export const DICE_SIDES = 10_000;

export interface WeightRange {
  /** First and last side, both included. */
  readonly from: number;
  readonly to: number;
  readonly targetGroupArn: string;
}

/** Whole dice, in the order of the targets; a target of weight 0 gets nothing. Empty when all weigh nothing. */
export function weightRanges(targets: readonly ForwardTarget[]): WeightRange[] {
  const total = targets.reduce((sum, target) => sum + target.weight, 0);
  if (total === 0) return [];
  const ranges: WeightRange[] = [];
  let weight = 0;
  let from = 0;
  for (const target of targets) {
    weight += target.weight;
    const end = Math.round((weight / total) * DICE_SIDES);
    if (target.weight > 0 && end > from) ranges.push({ from, to: end - 1, targetGroupArn: target.targetGroupArn });
    from = Math.max(from, end);
  }
  return ranges;
}
