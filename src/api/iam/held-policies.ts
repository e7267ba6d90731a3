// The policies a user, group or role holds: attached managed ones, inline ones, and the boundary. One implementation for the three kinds.
import { identities, type Identity, type IdentityKind } from '#model/identity.ts';
import type { Reader } from '#store/store.ts';
import type { IamContext } from './context.ts';
import { limitExceeded, noSuchEntity } from './errors.ts';
import { findAttachable, findIdentity, findOwnRole, findRole, lookPolicy } from './find.ts';
import type * as sdk from './shapes.ts';
import { pageOf, POLICY_MAX, underPath, validDocument, validName, type PageInput } from './validate.ts';
import { encodeDocument } from './view.ts';

const MAX_ATTACHED = 10;
const TITLE = { user: 'User', group: 'Group', role: 'Role' } as const;

interface Names {
  readonly UserName?: string | undefined;
  readonly GroupName?: string | undefined;
  readonly RoleName?: string | undefined;
}

type Handler<Input, Output> = (input: Input & Names, ctx: IamContext) => Output;

function nameOf(kind: IdentityKind, input: Names): string | undefined {
  return kind === 'user' ? input.UserName : kind === 'group' ? input.GroupName : input.RoleName;
}

function reading(reader: Reader, ctx: IamContext, kind: IdentityKind, input: Names): Identity {
  return kind === 'role' ? findRole(reader, ctx, input.RoleName) : findIdentity(reader, ctx, kind, nameOf(kind, input));
}

/** Replaces the identity by what `change` makes of it; the same object means no change. */
function changing(ctx: IamContext, kind: IdentityKind, input: Names, change: (identity: Identity, reader: Reader) => Identity): void {
  ctx.store.transact((tx) => {
    const identity = kind === 'role' ? findOwnRole(tx, ctx, input.RoleName) : findIdentity(tx, ctx, kind, nameOf(kind, input));
    const next = change(identity, tx);
    if (next !== identity) tx.put(identities, next);
  });
}

export function attachPolicy(kind: IdentityKind): Handler<{ PolicyArn: string | undefined }, void> {
  return (input, ctx) =>
    changing(ctx, kind, input, (identity, reader) => {
      const { arn } = findAttachable(reader, ctx, input.PolicyArn);
      if (identity.attached.includes(arn)) return identity;
      if (identity.attached.length >= MAX_ATTACHED) throw limitExceeded(`Cannot exceed quota for PoliciesPer${TITLE[kind]}: ${MAX_ATTACHED}`);
      return { ...identity, attached: [...identity.attached, arn] };
    });
}

export function detachPolicy(kind: IdentityKind): Handler<{ PolicyArn: string | undefined }, void> {
  return (input, ctx) =>
    changing(ctx, kind, input, (identity) => {
      const left = identity.attached.filter((arn) => arn !== input.PolicyArn);
      if (left.length === identity.attached.length) throw noSuchEntity(`Policy ${input.PolicyArn ?? ''} was not found.`);
      return { ...identity, attached: left };
    });
}

export function listAttached(kind: IdentityKind): Handler<PageInput & { PathPrefix?: string | undefined }, sdk.ListAttachedRolePoliciesResponse> {
  return (input, ctx) => {
    const identity = reading(ctx.store, ctx, kind, input);
    const policies = identity.attached.flatMap((arn) => lookPolicy(ctx.store, ctx.account, arn) ?? []).filter(underPath(input.PathPrefix));
    const { items, ...more } = pageOf(input, policies, ({ name, arn }) => `${name} ${arn}`);
    return { AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })), ...more };
  };
}

/** Order of checks: policy's name, document, size of all inline policies together. */
export function putPolicy(kind: IdentityKind): Handler<{ PolicyName: string | undefined; PolicyDocument: string | undefined }, void> {
  const quota = { chars: POLICY_MAX[kind], quota: `${TITLE[kind]}PolicySize` };
  return (input, ctx) => {
    const name = validName('policyName', input.PolicyName, 128);
    const document = validDocument(input.PolicyDocument, 'identity', quota);
    changing(ctx, kind, input, (identity) => {
      const others = identity.inline.filter((one) => one.name !== name);
      const inline = [...others, { name, document }];
      const chars = inline.reduce((sum, one) => sum + one.document.replace(/\s/g, '').length, 0);
      if (chars > quota.chars) throw limitExceeded(`Maximum policy size of ${quota.chars} bytes exceeded for ${kind} ${identity.name}`);
      return { ...identity, inline };
    });
  };
}

function noSuchPolicy(kind: IdentityKind, name: string | undefined): Error {
  return noSuchEntity(`The ${kind} policy with name ${name ?? ''} cannot be found.`);
}

export function getHeldPolicy(kind: IdentityKind): Handler<{ PolicyName: string | undefined }, object> {
  return (input, ctx) => {
    const identity = reading(ctx.store, ctx, kind, input);
    const found = identity.inline.find(({ name }) => name === input.PolicyName);
    if (found === undefined) throw noSuchPolicy(kind, input.PolicyName);
    return { [`${TITLE[kind]}Name`]: identity.name, PolicyName: found.name, PolicyDocument: encodeDocument(found.document) };
  };
}

export function deleteHeldPolicy(kind: IdentityKind): Handler<{ PolicyName: string | undefined }, void> {
  return (input, ctx) =>
    changing(ctx, kind, input, (identity) => {
      const inline = identity.inline.filter(({ name }) => name !== input.PolicyName);
      if (inline.length === identity.inline.length) throw noSuchPolicy(kind, input.PolicyName);
      return { ...identity, inline };
    });
}

export function listHeldPolicies(kind: IdentityKind): Handler<PageInput, sdk.ListRolePoliciesResponse> {
  return (input, ctx) => {
    const { items, ...more } = pageOf(input, reading(ctx.store, ctx, kind, input).inline, ({ name }) => name);
    return { PolicyNames: items.map(({ name }) => name), ...more };
  };
}

export function putBoundary(kind: 'user' | 'role'): Handler<{ PermissionsBoundary: string | undefined }, void> {
  return (input, ctx) => changing(ctx, kind, input, (identity, reader) => ({ ...identity, boundary: findAttachable(reader, ctx, input.PermissionsBoundary).arn }));
}

export function deleteBoundary(kind: 'user' | 'role'): Handler<object, void> {
  return (input, ctx) =>
    changing(ctx, kind, input, ({ boundary, ...identity }) => {
      if (boundary === undefined) throw noSuchEntity(`The ${kind} with name ${identity.name} does not have a permissions boundary.`);
      return identity;
    });
}
