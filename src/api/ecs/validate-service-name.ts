// Names of services.
import { invalidParameter } from './errors.ts';

/** Throws InvalidParameterException. */
export function validServiceName(name: string | undefined): string {
  if (!name) throw invalidParameter('Service name should not be null or empty.');
  if (name.length > 255) throw invalidParameter('Service name must be at most 255 characters in length.');
  if (!/^[a-zA-Z0-9_-]+$/.test(name)) throw invalidParameter('Service name contains invalid characters.');
  return name;
}
