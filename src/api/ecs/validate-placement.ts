// Placement constraints and strategies of a request: shapes only; whether a host satisfies them is core/placement.
import { parseMemberOf } from '#core/placement/member-of.ts';
import type { PlacementConstraint, PlacementStrategy } from '#core/placement/request.ts';
import type { LaunchType } from '#model/task.ts';
import { invalidParameter } from './errors.ts';
import type { PlacementConstraint as ConstraintShape, PlacementStrategy as StrategyShape, Shape } from './shapes.ts';
import { oneOf } from './validate-enum.ts';

const MAX_CONSTRAINTS = 10;
const MAX_STRATEGIES = 5;

/** Throws InvalidParameterException, also when Fargate is asked to place by constraint. */
export function validConstraints(input: readonly Shape<ConstraintShape>[] | undefined, launchType: LaunchType): PlacementConstraint[] {
  if (!input?.length) return [];
  if (launchType === 'FARGATE') throw invalidParameter('Placement constraints are not supported with FARGATE launch type.');
  if (input.length > MAX_CONSTRAINTS) throw invalidParameter(`A maximum of ${MAX_CONSTRAINTS} placement constraints is allowed.`);
  return input.map(({ type, expression }) => {
    const kind = oneOf('placementConstraints.type', type ?? '', ['distinctInstance', 'memberOf']);
    if (kind === 'distinctInstance') {
      // Said of an empty expression as well (hashicorp/terraform#11471).
      if (expression !== undefined) throw invalidParameter('distinctInstance expression should not be specified.');
      return { type: kind };
    }
    if (!expression) throw invalidParameter('An expression is required for the memberOf placement constraint.');
    const parsed = parseMemberOf(expression);
    if (!parsed.ok) throw invalidParameter(parsed.reason);
    return { type: kind, expression };
  });
}

/** Throws InvalidParameterException, also when Fargate is asked to place by strategy. */
export function validPlacementStrategy(input: readonly Shape<StrategyShape>[] | undefined, launchType: LaunchType): PlacementStrategy[] {
  if (!input?.length) return [];
  if (launchType === 'FARGATE') throw invalidParameter('Placement strategies are not supported with FARGATE launch type.');
  if (input.length > MAX_STRATEGIES) throw invalidParameter(`A maximum of ${MAX_STRATEGIES} placement strategies is allowed.`);
  return input.map(({ type, field }) => {
    const kind = oneOf('placementStrategy.type', type ?? '', ['random', 'spread', 'binpack']);
    if (kind === 'random') {
      if (field) throw invalidParameter('A field is not supported for the random placement strategy.');
      return { type: kind };
    }
    return { type: kind, field: strategyField(kind, field ?? '') };
  });
}

function strategyField(kind: 'spread' | 'binpack', field: string): string {
  if (kind === 'binpack') {
    const lower = field.toLowerCase();
    if (lower === 'cpu' || lower === 'memory') return lower;
    throw invalidParameter(`The field '${field}' is not valid for the binpack placement strategy. Valid values are cpu and memory.`);
  }
  const alias = field.toLowerCase();
  if (alias === 'instanceid' || alias === 'host') return 'instanceId';
  if (alias.startsWith('attribute:') && field.length > 'attribute:'.length) return field;
  throw invalidParameter(`The field '${field}' is not valid for the spread placement strategy.`);
}
