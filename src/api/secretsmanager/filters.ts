// Filters of ListSecrets and BatchGetSecretValue.
import type { Secret } from '#model/secret.ts';
import { checkLimits } from '../limits.ts';
import type { Filter } from './shapes.ts';

const KEYS = ['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'];

/** Accepts what every filter accepts; a value that begins with `!` accepts what the rest does not. */
export function matchesFilters(filters: readonly Filter[] | undefined): (secret: Secret) => boolean {
  for (const { Key } of filters ?? []) checkLimits([Key, 'filters.1.member.key', { oneOf: KEYS }]);
  return (secret) => (filters ?? []).every(({ Key = 'all', Values = [] }) => Values.some((value) => (value.startsWith('!') ? !matches(Key, value.slice(1), secret) : matches(Key, value, secret))));
}

function matches(key: string, value: string, secret: Secret): boolean {
  const lower = value.toLowerCase();
  switch (key) {
    case 'name':
      return secret.name.startsWith(value);
    case 'description':
      return (secret.description ?? '').toLowerCase().startsWith(lower);
    case 'tag-key':
      return secret.tags.some((tag) => tag.key.startsWith(value));
    case 'tag-value':
      return secret.tags.some((tag) => tag.value.startsWith(value));
    case 'primary-region':
      return secret.region.startsWith(value);
    case 'owning-service':
      return false;
    default: {
      const everything = [secret.name, secret.description ?? '', ...secret.tags.flatMap((tag) => [tag.key, tag.value])].map((text) => text.toLowerCase());
      return lower.split(/[^a-z0-9]+/).filter((word) => word !== '').every((word) => everything.some((text) => text.includes(word)));
    }
  }
}
