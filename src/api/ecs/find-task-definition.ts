// Which task definition a request means: `family`, `family:revision` or an ARN.
import { type TaskDefinition, taskDefinitionFamilies, taskDefinitions } from '#model/task-definition.ts';
import type { Reader } from '#store/store.ts';
import { familyKey, type Scope, taskDefinitionArn } from './arns.ts';
import { invalidParameter } from './errors.ts';
import { resourcePart } from './identifier.ts';

export interface DefinitionRef {
  readonly family: string;
  /** Absent: the newest ACTIVE revision. */
  readonly revision?: number;
}

/** Takes the text apart. Throws InvalidParameterException for a revision that is not a number from 1 up, or a foreign ARN. */
export function parseDefinitionRef(scope: Scope, text: string): DefinitionRef {
  const name = resourcePart(scope, 'task-definition', text);
  const colon = name.lastIndexOf(':');
  if (colon < 0) return { family: name };
  const revisionText = name.slice(colon + 1);
  if (!/^\d{1,9}$/.test(revisionText) || Number(revisionText) < 1) {
    throw invalidParameter(`Invalid revision number. Number: ${revisionText}`);
  }
  return { family: name.slice(0, colon), revision: Number(revisionText) };
}

/** The row, whatever its status; a bare family means its newest ACTIVE revision. Undefined when there is none. */
export function findTaskDefinition(reader: Reader, scope: Scope, text: string): TaskDefinition | undefined {
  const { family, revision } = parseDefinitionRef(scope, text);
  if (revision !== undefined) return reader.get(taskDefinitions, taskDefinitionArn(scope, family, revision));
  const latest = reader.get(taskDefinitionFamilies, familyKey(scope, family))?.latestActiveArn;
  return latest === undefined ? undefined : reader.get(taskDefinitions, latest);
}
