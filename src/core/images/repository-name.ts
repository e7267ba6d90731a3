// Names of repositories: ECR's grammar, which is stricter than OCI's.

const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
export const REPOSITORY_NAME_MIN_LENGTH = 2;
export const REPOSITORY_NAME_MAX_LENGTH = 256;

/** Whether ECR's pattern matches, whatever the length. */
export function matchesRepositoryName(name: string): boolean {
  return name.length <= 4096 && NAME.test(name);
}

/** Whether a repository may have this name. */
export function isRepositoryName(name: string): boolean {
  return name.length >= REPOSITORY_NAME_MIN_LENGTH && name.length <= REPOSITORY_NAME_MAX_LENGTH && matchesRepositoryName(name);
}
