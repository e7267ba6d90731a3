// OpenID Connect providers whose tokens AssumeRoleWithWebIdentity takes.
import { oidcProviders, type OidcProvider } from '#model/identity.ts';
import type { Reader } from '#store/store.ts';
import type { IamContext } from './context.ts';
import { alreadyExists, invalidInput, limitExceeded, noSuchEntity } from './errors.ts';
import type * as sdk from './shapes.ts';
import { validTags } from './validate.ts';
import { viewTags } from './view.ts';

const MAX_CLIENT_IDS = 100;

/** Loopback providers may be plain HTTP: a test's or a laptop's own. */
export function createOpenIdConnectProvider(input: sdk.CreateOpenIDConnectProviderRequest, ctx: IamContext): sdk.CreateOpenIDConnectProviderResponse {
  const url = validUrl(input.Url);
  const host = `${url.host}${url.pathname === '/' ? '' : url.pathname}`;
  const arn = `arn:aws:iam::${ctx.account}:oidc-provider/${host}`;
  const row: OidcProvider = {
    arn, account: ctx.account, host, url: `${url.protocol}//${host}`, clientIds: [...new Set(input.ClientIDList ?? [])], thumbprints: validThumbprints(input.ThumbprintList ?? []),
    createdAt: ctx.now, tags: validTags(input.Tags),
  };
  if (row.clientIds.length > MAX_CLIENT_IDS) throw limitExceeded(`Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${MAX_CLIENT_IDS}`);
  ctx.store.transact((tx) => {
    if (tx.get(oidcProviders, arn)) throw alreadyExists(`Provider with url ${row.url} already exists.`);
    tx.put(oidcProviders, row);
  });
  return { OpenIDConnectProviderArn: arn, Tags: viewTags(row.tags) };
}

function validUrl(text: string | undefined): URL {
  const url = URL.canParse(text ?? '') ? new URL(text ?? '') : undefined;
  const loopback = url !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url === undefined || url.search !== '' || url.hash !== '' || (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))) {
    throw invalidInput('Invalid Open ID Connect Provider URL');
  }
  return url;
}

function validThumbprints(given: readonly string[]): readonly string[] {
  const odd = given.find((thumbprint) => !/^[0-9a-fA-F]{40}$/.test(thumbprint));
  if (odd !== undefined) throw invalidInput('Thumbprint must be 40 hexadecimal characters.');
  if (given.length > 5) throw invalidInput('Thumbprint list must contain fewer than 5 entries.');
  return given;
}

export function findOidcProvider(reader: Reader, ctx: IamContext, arn: string | undefined): OidcProvider {
  const found = reader.get(oidcProviders, arn ?? '');
  if (found === undefined || found.account !== ctx.account) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn ?? ''}`);
  return found;
}

export function getOpenIdConnectProvider(input: sdk.GetOpenIDConnectProviderRequest, ctx: IamContext): sdk.GetOpenIDConnectProviderResponse {
  const { host, clientIds, thumbprints, createdAt, tags } = findOidcProvider(ctx.store, ctx, input.OpenIDConnectProviderArn);
  return { Url: host, ClientIDList: [...clientIds], ThumbprintList: [...thumbprints], CreateDate: new Date(createdAt), Tags: viewTags(tags) };
}

export function listOpenIdConnectProviders(_input: sdk.ListOpenIDConnectProvidersRequest, ctx: IamContext): sdk.ListOpenIDConnectProvidersResponse {
  return { OpenIDConnectProviderList: [...ctx.store.by(oidcProviders, 'account', ctx.account)].map(({ arn }) => ({ Arn: arn })) };
}

export function deleteOpenIdConnectProvider(input: sdk.DeleteOpenIDConnectProviderRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => tx.delete(oidcProviders, findOidcProvider(tx, ctx, input.OpenIDConnectProviderArn).arn));
}

export function addClientId(input: sdk.AddClientIDToOpenIDConnectProviderRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const row = findOidcProvider(tx, ctx, input.OpenIDConnectProviderArn);
    tx.put(oidcProviders, { ...row, clientIds: [...new Set([...row.clientIds, input.ClientID ?? ''])] });
  });
}

export function removeClientId(input: sdk.RemoveClientIDFromOpenIDConnectProviderRequest, ctx: IamContext): void {
  ctx.store.transact((tx) => {
    const row = findOidcProvider(tx, ctx, input.OpenIDConnectProviderArn);
    tx.put(oidcProviders, { ...row, clientIds: row.clientIds.filter((id) => id !== input.ClientID) });
  });
}

export function updateThumbprints(input: sdk.UpdateOpenIDConnectProviderThumbprintRequest, ctx: IamContext): void {
  const thumbprints = validThumbprints(input.ThumbprintList ?? []);
  ctx.store.transact((tx) => tx.put(oidcProviders, { ...findOidcProvider(tx, ctx, input.OpenIDConnectProviderArn), thumbprints }));
}
