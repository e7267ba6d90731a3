// What a refused caller is told, in AWS's words; the code follows from the protocol.
import type { Decision, PolicySource } from '#core/access/decide.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ProtocolName } from '#wire/service.ts';

type Refused = Extract<Decision, { readonly allowed: false }>;

const NAMES: Readonly<Record<PolicySource, readonly [withArticle: string, plain: string]>> = {
  identity: ['an identity-based policy', 'identity-based policy'],
  boundary: ['a permissions boundary', 'permissions boundary'],
  session: ['a session policy', 'session policy'],
  resource: ['a resource-based policy', 'resource-based policy'],
  guardrail: ['a service control policy', 'service control policy'],
};

/** `User: … is not authorized to perform: ecs:RunTask on resource: … because no identity-based policy allows the ecs:RunTask action`. */
export function deniedMessage(callerArn: string, action: string, resource: string, decision: Refused): string {
  const [withArticle, plain] = NAMES[decision.source];
  const why = decision.explicit ? `with an explicit deny in ${withArticle}` : `because no ${plain} allows the ${action} action`;
  // EC2 names no resource where there is none.
  const on = resource === '*' && action.startsWith('ec2:') ? '' : ` on resource: ${resource}`;
  return `User: ${callerArn} is not authorized to perform: ${action}${on} ${why}`;
}

/** The error of a refusal: AccessDeniedException (JSON), AccessDenied (query), UnauthorizedOperation (EC2). */
export function deniedError(protocol: ProtocolName, message: string): AwsError {
  if (protocol === 'ec2Query') return new AwsError('UnauthorizedOperation', `You are not authorized to perform this operation. ${message}`, { httpStatus: 403 });
  if (protocol === 'awsQuery') return new AwsError('AccessDenied', message, { httpStatus: 403 });
  if (protocol === 'restXml') return new AwsError('AccessDenied', message, { httpStatus: 403 });
  return new AwsError('AccessDeniedException', message, { httpStatus: protocol === 'restJson1' ? 403 : 400 });
}
