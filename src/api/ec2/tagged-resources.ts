// Everything that carries tags, found by id: reading its tags, and writing them back where they are kept.
import { networkInterfaces, securityGroups, subnets, vpcs, type Vpc } from '#model/network.ts';
import { instances } from '#model/instance.ts';
import { launchTemplates } from '#model/launch-template.ts';
import type { Tag } from '#model/tag.ts';
import type { Reader, Transaction } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { notFound, type ResourceKind } from './errors.ts';
import { findOwn, findVpcOfPart } from './find.ts';
import { isOwn, scopeOf } from './scope.ts';
import { tagsOfPart } from './view-vpc.ts';

export interface Tagged {
  readonly id: string;
  readonly kind: ResourceKind;
  readonly tags: readonly Tag[];
}

interface Writable extends Tagged {
  write(tx: Transaction, tags: readonly Tag[]): void;
}

// A Map and not an object: the prefix comes from the network, and could be `constructor`.
const KIND_OF_PREFIX: ReadonlyMap<string, ResourceKind> = new Map([
  ['vpc', 'vpc'],
  ['subnet', 'subnet'],
  ['sg', 'security-group'],
  ['sgr', 'security-group-rule'],
  ['eni', 'network-interface'],
  ['rtb', 'route-table'],
  ['igw', 'internet-gateway'],
  ['acl', 'network-acl'],
  ['dopt', 'dhcp-options'],
  ['i', 'instance'],
  ['lt', 'launch-template'],
]);

/** The resource of this id. Throws InvalidID for what is no id, and the kind's own NotFound for an unknown one. */
export function getTagged(reader: Reader, ctx: ApiContext, id: string): Writable {
  const kind = kindOf(id);
  if (kind === undefined) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
  const found = findTagged(reader, ctx, id, kind);
  if (found === undefined) throw notFound(kind, [id]);
  return found;
}

function findTagged(reader: Reader, ctx: ApiContext, id: string, kind: ResourceKind): Writable | undefined {
  if (kind === 'security-group-rule') return findRule(reader, ctx, id);
  const table = { vpc: vpcs, subnet: subnets, 'security-group': securityGroups, 'network-interface': networkInterfaces, instance: instances, 'launch-template': launchTemplates }[kind as string];
  if (table === undefined) return findPart(reader, ctx, id, kind);
  const row = findOwn(reader, ctx, table as typeof vpcs, id);
  return row && { id, kind, tags: row.tags, write: (tx, tags) => tx.put(table as typeof vpcs, { ...row, tags }) };
}

function findRule(reader: Reader, ctx: ApiContext, id: string): Writable | undefined {
  for (const group of reader.by(securityGroups, 'rule', id)) {
    if (!isOwn(group, ctx)) continue;
    const tags = group.rules.find((rule) => rule.id === id)?.tags ?? [];
    return {
      id,
      kind: 'security-group-rule',
      tags,
      write: (tx, after) => tx.put(securityGroups, { ...group, rules: group.rules.map((rule) => (rule.id === id ? { ...rule, tags: after } : rule)) }),
    };
  }
  return undefined;
}

function findPart(reader: Reader, ctx: ApiContext, id: string, kind: ResourceKind): Writable | undefined {
  const vpc = findVpcOfPart(reader, ctx, id);
  return vpc && { id, kind, tags: tagsOfPart(vpc, id), write: (tx, tags) => tx.put(vpcs, { ...vpc, partTags: { ...vpc.partTags, [id]: tags } }) };
}

/** Every resource of the caller's account and region that has tags. */
export function allTagged(reader: Reader, ctx: ApiContext): Tagged[] {
  const scope = scopeOf(ctx);
  const found: Tagged[] = [];
  for (const vpc of reader.by(vpcs, 'scope', scope)) found.push({ id: vpc.id, kind: 'vpc', tags: vpc.tags }, ...partsOf(vpc));
  for (const subnet of reader.by(subnets, 'scope', scope)) found.push({ id: subnet.id, kind: 'subnet', tags: subnet.tags });
  for (const group of reader.by(securityGroups, 'scope', scope)) {
    found.push({ id: group.id, kind: 'security-group', tags: group.tags });
    for (const rule of group.rules) found.push({ id: rule.id, kind: 'security-group-rule', tags: rule.tags ?? [] });
  }
  for (const eni of reader.by(networkInterfaces, 'scope', scope)) found.push({ id: eni.id, kind: 'network-interface', tags: eni.tags });
  for (const instance of reader.by(instances, 'scope', scope)) found.push({ id: instance.id, kind: 'instance', tags: instance.tags });
  for (const template of reader.by(launchTemplates, 'scope', scope)) found.push({ id: template.id, kind: 'launch-template', tags: template.tags });
  return found.filter(({ tags }) => tags.length > 0);
}

function partsOf(vpc: Vpc): Tagged[] {
  return Object.entries(vpc.partTags ?? {}).map(([id, tags]) => ({ id, kind: kindOf(id) as ResourceKind, tags }));
}

function kindOf(id: string): ResourceKind | undefined {
  return KIND_OF_PREFIX.get(id.slice(0, Math.max(0, id.indexOf('-'))));
}
