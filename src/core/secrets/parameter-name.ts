// Names of SSM parameters: what may be one, how a request names a version of one, and what lies under a path.

export type NameProblem = 'reserved' | 'prefix' | 'grammar' | 'not-qualified' | 'levels';

const MAX_LEVELS = 15;

/** Why a parameter may not have this name, or undefined. */
export function nameProblem(name: string): NameProblem | undefined {
  const first = name.replace(/^\//, '').split('/', 1)[0]!.toLowerCase();
  if (/^(aws|ssm)/.test(first)) return name.startsWith('/') && first === 'aws' ? 'reserved' : 'prefix';
  if (!/^[A-Za-z0-9_.\-/]+$/.test(name) || name.includes('//') || name.endsWith('/')) return 'grammar';
  if (!name.startsWith('/') && name.includes('/')) return 'not-qualified';
  if (name.split('/').length - (name.startsWith('/') ? 1 : 0) > MAX_LEVELS) return 'levels';
  return undefined;
}

/** A parameter as a request names it: `name`, `name:3`, `name:label`. */
export interface ParameterSelector {
  readonly name: string;
  /** With its colon, as answers show it. */
  readonly selector?: string;
  readonly version?: number;
  readonly label?: string;
}

export function parseSelector(text: string): ParameterSelector {
  const colon = text.indexOf(':');
  if (colon < 0) return { name: text };
  const name = text.slice(0, colon);
  const wanted = text.slice(colon + 1);
  const selector = text.slice(colon);
  return /^\d+$/.test(wanted) ? { name, selector, version: Number(wanted) } : { name, selector, label: wanted };
}

/** The name and selector in the resource part of an ARN (`parameter/a/b:3`), or undefined. */
export function resourceSelector(resource: string): ParameterSelector | undefined {
  return resource.startsWith('parameter/') ? parseSelector(resource.slice('parameter/'.length)) : undefined;
}

/** Whether `name` lies under `path` (`/a` or `/a/`), directly or, `recursive`, at any depth. */
export function isUnder(name: string, path: string, recursive: boolean): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  // A name without a slash is at the top, as AWS lists it.
  const qualified = name.startsWith('/') ? name : `/${name}`;
  if (!qualified.startsWith(prefix) || qualified.length === prefix.length) return false;
  return recursive || !qualified.slice(prefix.length).includes('/');
}

/** Whether a version may carry this label. */
export function isLabel(label: string): boolean {
  return /^[A-Za-z_.-][A-Za-z0-9_.-]{0,99}$/.test(label) && !/^(aws|ssm)/i.test(label);
}
