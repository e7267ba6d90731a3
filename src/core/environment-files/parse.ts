// Environment files of containers. Source: the ECS developer guide, "Pass environment variables to an Amazon ECS container", and the parser of
// aws/amazon-ecs-agent (taskresource/envFiles).
import { parseArn } from '#model/arn.ts';

export interface EnvironmentFileLocation {
  readonly bucket: string;
  readonly key: string;
}

/** `arn:aws:s3:::bucket/folder/app.env`; undefined for anything else, and for files that are not called `.env`. */
export function parseLocation(value: string): EnvironmentFileLocation | undefined {
  const arn = parseArn(value);
  const slash = arn?.resource.indexOf('/') ?? -1;
  if (arn?.service !== 's3' || slash < 1 || !value.endsWith('.env')) return undefined;
  return { bucket: arn.resource.slice(0, slash), key: arn.resource.slice(slash + 1) };
}

/**
 * One `NAME=value` a line. Lines that begin with `#`, are empty, or lack a name or a value are left out. Nothing is trimmed and no quotes are
 * taken away: they are part of the value. Of a name that comes twice in one file the last counts.
 */
export function parseEnvironmentFile(text: string): Readonly<Record<string, string>> {
  const variables = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    if (equals > 0 && equals < line.length - 1) variables.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return Object.fromEntries(variables);
}

/** In the order of the definition: of a name that is in several files, the first file's counts. */
export function mergeEnvironmentFiles(files: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  return Object.fromEntries(files.toReversed().flatMap((file) => Object.entries(file)));
}
