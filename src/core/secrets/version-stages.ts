// Staging labels of a secret's versions: which moves where. A label is on one version at a time; when AWSCURRENT leaves a version,
// that version becomes AWSPREVIOUS.

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';
export const PENDING = 'AWSPENDING';

export interface Staged {
  readonly versionId: string;
  readonly stages: readonly string[];
}

/** `versions` with each of `stages` on `versionId`, and nowhere else. Versions that do not change stay the same objects. */
export function moveStages<V extends Staged>(versions: readonly V[], versionId: string, stages: readonly string[]): V[] {
  const was = stages.includes(CURRENT) ? holderOf(versions, CURRENT) : undefined;
  const demoted = was !== undefined && was.versionId !== versionId ? was.versionId : undefined;
  const given = demoted === undefined ? stages : stages.filter((stage) => stage !== PREVIOUS);
  return versions.map((version) => {
    const own = version.versionId === versionId;
    const leaves = demoted === undefined ? given : [...given, PREVIOUS];
    const kept = version.stages.filter((stage) => (own ? !(demoted !== undefined && stage === PREVIOUS) : !leaves.includes(stage)));
    const added = own ? given.filter((stage) => !kept.includes(stage)) : version.versionId === demoted ? [PREVIOUS] : [];
    return sameAs(version, [...kept, ...added]);
  });
}

/** `versions` without `stage` on `versionId`. */
export function removeStage<V extends Staged>(versions: readonly V[], versionId: string, stage: string): V[] {
  return versions.map((version) => (version.versionId === versionId ? sameAs(version, version.stages.filter((one) => one !== stage)) : version));
}

export function holderOf<V extends Staged>(versions: readonly V[], stage: string): V | undefined {
  return versions.find((version) => version.stages.includes(stage));
}

function sameAs<V extends Staged>(version: V, stages: string[]): V {
  return stages.length === version.stages.length && stages.every((stage, at) => stage === version.stages[at]) ? version : { ...version, stages };
}
