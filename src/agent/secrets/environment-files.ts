// Environment files of a container, out of S3 as the task's execution role.
import { mergeEnvironmentFiles, parseEnvironmentFile, parseLocation, type EnvironmentFileLocation } from '#core/environment-files/parse.ts';
import type { PayloadContainer } from '#link/messages.ts';

export type ReadText = (location: EnvironmentFileLocation) => Promise<string>;

/** @param refuse says why a file's address is none. @param read rejects with whatever the task is to fail with */
export async function fetchEnvironmentFiles(container: PayloadContainer, read: ReadText, refuse: (why: string) => never): Promise<Readonly<Record<string, string>> | undefined> {
  const files = container.environmentFiles ?? [];
  if (files.length === 0) return undefined;
  const locations = files.map(({ value, type }) => (type === 's3' ? parseLocation(value) : undefined) ?? refuse(`${value} is not the ARN of an object of Amazon S3 whose name ends in .env`));
  const texts = await Promise.all(locations.map(read));
  return mergeEnvironmentFiles(texts.map(parseEnvironmentFile));
}
