// The scale of a task set.
import type { TaskSet } from '#model/service.ts';
import { invalidParameter } from './errors.ts';
import type { Shape, UpdateTaskSetRequest } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

/** Per cent of the service's desired count. Throws InvalidParameterException. */
export function validScale(input: Shape<UpdateTaskSetRequest>['scale']): TaskSet['scale'] {
  const unit = optionalOneOf('scale.unit', input?.unit, ['PERCENT']) ?? 'PERCENT';
  const value = input?.value;
  if (value === undefined) throw invalidParameter('Scale value should not be null or empty.');
  if (!(value >= 0 && value <= 100)) throw invalidParameter('Scale value must be between 0 and 100.');
  return { value, unit };
}
