// Resource identifiers as callers write them: a short name or id, or an ARN that must fit the caller and the cluster.
import { parseArn } from '#model/arn.ts';
import type { Scope } from './arns.ts';
import { invalidParameter } from './errors.ts';

/**
 * The part after `<type>/` of an ARN, or the text itself when it is none.
 * Throws InvalidParameterException for an ARN of another service, type, account or region.
 */
export function resourcePart(scope: Scope, type: string, text: string): string {
  if (!text.startsWith('arn:')) return text;
  const parsed = parseArn(text);
  if (!parsed || parsed.service !== 'ecs') throw invalidParameter('Invalid identifier: Unexpected ARN format.');
  const slash = parsed.resource.indexOf('/');
  const found = slash < 0 ? parsed.resource : parsed.resource.slice(0, slash);
  if (found !== type) throw invalidParameter(`Unsupported resource type: ${found}`);
  if (parsed.region !== scope.region) {
    throw invalidParameter(`Invalid identifier: Identifier is for region ${parsed.region}. Your region is ${scope.region}`);
  }
  if (parsed.account !== scope.account) {
    throw invalidParameter(`Invalid identifier: Identifier is for account ${parsed.account}. Your accountId is ${scope.account}`);
  }
  return parsed.resource.slice(slash + 1);
}

/**
 * The id at the end of a cluster's resource: `<id>`, `<cluster>/<id>` or an ARN with or without the cluster in it.
 * Throws InvalidParameterException when it names another cluster.
 */
export function idInCluster(scope: Scope, type: string, clusterName: string, text: string): string {
  const resource = resourcePart(scope, type, text);
  const slash = resource.indexOf('/');
  if (slash < 0) return resource;
  const cluster = resource.slice(0, slash);
  if (cluster !== clusterName) {
    throw invalidParameter(`Invalid identifier: Identifier is for cluster ${cluster}. Your cluster is ${clusterName}`);
  }
  return resource.slice(slash + 1);
}
