// Deployments and revisions by their ARNs: what a caller may see of them.
import { parseArn } from '#model/arn.ts';
import type { Table } from '#model/table.ts';
import type { Reader } from '#store/store.ts';
import type { Scope } from './arns.ts';
import { resourcePart } from './identifier.ts';
import { invalidParameter } from './errors.ts';

/** `<cluster>/<service>/<id>` */
const RESOURCE = /^[^/]+\/[^/]+\/[^/]+$/;

/**
 * The row of an ARN, or undefined when there is none.
 * Throws InvalidParameterException for what is no ARN of this type, account and region.
 */
export function findServiceChild<Row>(reader: Reader, scope: Scope, type: 'service-deployment' | 'service-revision', table: Table<Row>, arn: string): Row | undefined {
  if (!parseArn(arn) || !RESOURCE.test(resourcePart(scope, type, arn))) throw invalidParameter('Invalid identifier: Unexpected ARN format.');
  return reader.get(table, arn);
}
