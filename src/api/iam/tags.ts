// Tags of everything in IAM that has some: one implementation, a way to find the row for each.
import { identities, instanceProfiles, managedPolicies, oidcProviders } from '#model/identity.ts';
import type { Table } from '#model/table.ts';
import type { Tag } from '#model/tag.ts';
import type { Reader } from '#store/store.ts';
import type { IamContext } from './context.ts';
import { findIdentity, findInstanceProfile, findOwnRole, findPolicy, findRole } from './find.ts';
import { findOwnPolicy } from './managed-policies.ts';
import { findOidcProvider } from './oidc-providers.ts';
import type { Tag as SdkTag } from './shapes.ts';
import { mergeTags, pageOf, validTags, type PageInput } from './validate.ts';
import { viewTags } from './view.ts';

interface Tagged {
  readonly tags: readonly Tag[];
}

export interface TagOperations {
  readonly list: (input: PageInput, ctx: IamContext) => object;
  readonly tag: (input: { readonly Tags: SdkTag[] | undefined }, ctx: IamContext) => void;
  readonly untag: (input: { readonly TagKeys: string[] | undefined }, ctx: IamContext) => void;
}

function operations<Row extends Tagged>(table: Table<Row>, read: (reader: Reader, ctx: IamContext, input: any) => Row, change = read): TagOperations {
  return {
    list(input, ctx) {
      const { items, ...more } = pageOf(input, read(ctx.store, ctx, input).tags, ({ key }) => key);
      return { Tags: viewTags(items), ...more };
    },
    tag(input, ctx) {
      const more = validTags(input.Tags);
      ctx.store.transact((tx) => {
        const row = change(tx, ctx, input);
        tx.put(table, { ...row, tags: mergeTags(row.tags, more) });
      });
    },
    untag(input, ctx) {
      const gone = new Set((input.TagKeys ?? []).map((key) => key.toLowerCase()));
      ctx.store.transact((tx) => {
        const row = change(tx, ctx, input);
        tx.put(table, { ...row, tags: row.tags.filter(({ key }) => !gone.has(key.toLowerCase())) });
      });
    },
  };
}

export const userTags = operations(identities, (reader, ctx, input) => findIdentity(reader, ctx, 'user', input.UserName));
export const roleTags = operations(identities, (reader, ctx, input) => findRole(reader, ctx, input.RoleName), (reader, ctx, input) => findOwnRole(reader, ctx, input.RoleName));
export const policyTags = operations(managedPolicies, (reader, ctx, input) => findPolicy(reader, ctx, input.PolicyArn), (reader, ctx, input) => findOwnPolicy(reader, ctx, input.PolicyArn));
export const profileTags = operations(instanceProfiles, (reader, ctx, input) => findInstanceProfile(reader, ctx, input.InstanceProfileName));
export const providerTags = operations(oidcProviders, (reader, ctx, input) => findOidcProvider(reader, ctx, input.OpenIDConnectProviderArn));
