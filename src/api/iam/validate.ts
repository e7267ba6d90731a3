// Names, paths, documents and pages of IAM requests: what they may be.
import { parsePolicy, type PolicyKind } from '#core/access/parse-policy.ts';
import type { Tag } from '#model/tag.ts';
import { invalidInput, limitExceeded, malformedPolicy, validationError } from './errors.ts';
import type { Tag as SdkTag } from './shapes.ts';

const NAME = /^[\w+=,.@-]+$/;
const PATH = /^\/([!-~]+\/)?$/;

/** @param member `userName`, as IAM's messages write it */
export function validName(member: string, name: string | undefined, maxLength: number): string {
  const given = name ?? '';
  if (given.length < 1) throw tooShort(given, member);
  if (given.length > maxLength) throw tooLong(given, member, maxLength);
  if (!NAME.test(given)) throw validationError(`The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`);
  return given;
}

export function validPath(path: string | undefined): string {
  if (path === undefined) return '/';
  if (path.length > 512) throw tooLong(path, 'path', 512);
  if (!PATH.test(path)) throw validationError('The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.');
  return path;
}

function tooShort(value: string, member: string): Error {
  return validationError(`1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have length greater than or equal to 1`);
}

function tooLong(value: string, member: string, most: number): Error {
  return validationError(`1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`);
}

/** Size limits count no white space. */
export const POLICY_MAX = { managed: 6144, role: 10_240, user: 2048, group: 5120, trust: 4096, session: 2048 } as const;

/** Throws MalformedPolicyDocument, LimitExceeded. Returns the text as it was given. */
export function validDocument(text: string | undefined, kind: PolicyKind, limit: { readonly chars: number; readonly quota: string }): string {
  const given = text ?? '';
  if (given.length > 131_072) throw tooLong(given.slice(0, 64), 'policyDocument', 131_072);
  if (given.replace(/\s/g, '').length > limit.chars) throw limitExceeded(`Cannot exceed quota for ${limit.quota}: ${limit.chars}`);
  const parsed = parsePolicy(given, kind);
  if ('malformed' in parsed) throw malformedPolicy(parsed.malformed);
  return given;
}

const MAX_TAGS = 50;

/** Throws InvalidInput on duplicates, LimitExceeded on too many. */
export function validTags(tags: readonly SdkTag[] | undefined): Tag[] {
  const given = (tags ?? []).map((tag) => ({ key: tag.Key ?? '', value: tag.Value ?? '' }));
  return mergeTags([], given);
}

/** New tags over old ones; keys differ by more than case. */
export function mergeTags(have: readonly Tag[], more: readonly Tag[]): Tag[] {
  const merged = [...have];
  const seen = new Set<string>();
  for (const tag of more) {
    if (tag.key.length < 1 || tag.key.length > 128 || tag.value.length > 256) {
      throw validationError(`1 validation error detected: Value '${tag.key}' at 'tags' failed to satisfy constraint: Member must have length between 1 and 128, and its value at most 256`);
    }
    if (/^aws:/i.test(tag.key)) throw invalidInput('Tag keys that start with aws: are reserved for AWS use.');
    const folded = tag.key.toLowerCase();
    if (seen.has(folded)) throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    seen.add(folded);
    const at = merged.findIndex(({ key }) => key.toLowerCase() === folded);
    if (at < 0) merged.push(tag);
    else merged[at] = tag;
  }
  if (merged.length > MAX_TAGS) throw limitExceeded('The number of tags has reached the maximum limit.');
  return merged;
}

export interface PageInput {
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface PageOf<T> {
  readonly items: readonly T[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** A page of what has a name that nothing else in the list has, in the order of the names. */
export function pageOf<T>(input: PageInput, all: Iterable<T>, name: (item: T) => string): PageOf<T> {
  const most = input.MaxItems ?? 100;
  if (most < 1 || most > 1000) {
    throw validationError(`1 validation error detected: Value '${most}' at 'maxItems' failed to satisfy constraint: Member must have value ${most < 1 ? 'greater than or equal to 1' : 'less than or equal to 1000'}`);
  }
  const after = input.Marker === undefined ? undefined : openMarker(input.Marker);
  const sorted = [...all].map((item) => ({ item, at: name(item) })).filter(({ at }) => after === undefined || at > after);
  sorted.sort((a, b) => (a.at < b.at ? -1 : 1));
  const shown = sorted.slice(0, most);
  const last = shown.at(-1);
  const more = sorted.length > most && last !== undefined;
  return { items: shown.map(({ item }) => item), IsTruncated: more, ...(more && { Marker: Buffer.from(`1:${last.at}`).toString('base64') }) };
}

function openMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64').toString();
  if (!text.startsWith('1:')) throw validationError('Invalid Marker.');
  return text.slice(2);
}

/** Whether something under `path` is asked for. */
export function underPath(prefix: string | undefined): (item: { readonly path: string }) => boolean {
  return prefix === undefined ? (): boolean => true : (item): boolean => item.path.startsWith(prefix);
}
