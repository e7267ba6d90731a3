// Secrets as describe and list show them: everything but the value.
import type { Secret, SecretVersion } from '#model/secret.ts';
import type { DescribeSecretResponse } from './shapes.ts';

export function viewSecret(secret: Secret, versions: readonly SecretVersion[]): DescribeSecretResponse {
  const { rotation } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description !== undefined && { Description: secret.description }),
    ...(secret.kmsKeyId !== undefined && { KmsKeyId: secret.kmsKeyId }),
    ...(rotation !== undefined && {
      RotationEnabled: rotation.enabled,
      RotationLambdaARN: rotation.endpoint,
      RotationRules: {
        ...(rotation.rules.automaticallyAfterDays !== undefined && { AutomaticallyAfterDays: rotation.rules.automaticallyAfterDays }),
        ...(rotation.rules.duration !== undefined && { Duration: rotation.rules.duration }),
        ...(rotation.rules.scheduleExpression !== undefined && { ScheduleExpression: rotation.rules.scheduleExpression }),
      },
      ...date('LastRotatedDate', rotation.lastRotatedAt),
      ...date('NextRotationDate', rotation.nextAt),
    }),
    LastChangedDate: new Date(secret.changedAt),
    ...date('LastAccessedDate', secret.accessedAt),
    ...date('DeletedDate', secret.deletedAt),
    Tags: secret.tags.map(({ key, value }) => ({ Key: key, Value: value })),
    VersionIdsToStages: Object.fromEntries(versions.filter((v) => v.stages.length > 0).map((v) => [v.versionId, [...v.stages]])),
    CreatedDate: new Date(secret.createdAt),
  };
}

function date(name: string, at: number | undefined): object {
  return at === undefined ? {} : { [name]: new Date(at) };
}
