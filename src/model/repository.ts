// A repository of the registry (ECR): the name space of images.
import { arn } from './arn.ts';
import { table } from './table.ts';
import type { Tag } from './tag.ts';

export type TagMutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION';

/** Tags that match are excluded from the repository's mutability setting. */
export interface TagExclusionFilter {
  readonly filterType: 'WILDCARD';
  /** Letters, digits, `._-` and `*` for any run of characters. */
  readonly filter: string;
}

export interface Repository {
  /** `arn:aws:ecr:<region>:<account>:repository/<name>` */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly tagMutability: TagMutability;
  readonly tagExclusionFilters: readonly TagExclusionFilter[];
  readonly scanOnPush: boolean;
  readonly encryption: { readonly encryptionType: string; readonly kmsKey?: string };
  readonly tags: readonly Tag[];
  /** IAM policy document as given. */
  readonly policyText?: string;
  /** Lifecycle policy as given; it has been validated. */
  readonly lifecyclePolicyText?: string;
}

export const repositories = table<Repository>('repositories', (r) => r.arn, {
  /** `<account>/<region>` */
  scope: (r) => `${r.account}/${r.region}`,
});

/** The ARN, which is the key, of a repository. */
export function repositoryArn(account: string, region: string, name: string): string {
  return arn('ecr', region, account, `repository/${name}`);
}
