// Key policies: the one a key gets when none is given, and the check of one that is. They are kept as given.
import { AwsError } from '#wire/aws-error.ts';

const MAX_BYTES = 32_768;

/** AWS's default: the account's own IAM decides. */
export function defaultKeyPolicy(account: string): string {
  return render('key-default-1', [
    { Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
  ]);
}

/** Of a key that a service manages: everyone in the account, through the service. */
export function managedKeyPolicy(service: string, account: string, region: string): string {
  return render(`auto-${service}-1`, [
    {
      Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:DescribeKey'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com`, 'kms:CallerAccount': account } },
    },
    { Sid: 'Allow direct access to key metadata to the account', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'], Resource: '*' },
  ]);
}

/** The policy as given. Throws MalformedPolicyDocumentException. */
export function validKeyPolicy(text: string): string {
  if (Buffer.byteLength(text) > MAX_BYTES) throw malformed('The policy is longer than 32768 bytes.');
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw malformed('The policy is not JSON.');
  }
  const statement = typeof policy === 'object' && policy !== null ? (policy as { Statement?: unknown }).Statement : undefined;
  if (typeof statement !== 'object' || statement === null) throw malformed('The policy has no Statement.');
  return text;
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}

function render(id: string, statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: id, Statement: statements }, null, 2);
}
