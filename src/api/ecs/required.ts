// Members a request cannot do without. The wire refuses requests without members the model requires; these are for
// values that are there and empty, and for calls that do not come over the wire.
import { invalidParameter } from './errors.ts';

export function requiredCluster(ref: string | undefined): string {
  if (!ref) throw invalidParameter('Cluster can not be blank.');
  return ref;
}

/** The text. Throws InvalidParameterException when it is missing or empty. */
export function required(member: string, text: string | undefined): string {
  if (!text) throw invalidParameter(`${member} can not be blank.`);
  return text;
}

/** A list with 1 to `max` items. Throws InvalidParameterException. */
export function requiredList<T>(member: string, items: readonly T[] | undefined, max: number): readonly T[] {
  if (!items?.length) throw invalidParameter(`${member} cannot be empty.`);
  if (items.length > max) throw invalidParameter(`${member} cannot have more than ${max} elements.`);
  return items;
}
