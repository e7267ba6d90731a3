// Parameters as Get, history and describe show them.
import type { Parameter, ParameterVersion } from '#model/parameter.ts';
import type * as sdk from './shapes.ts';

export function viewParameter(parameter: Parameter, version: ParameterVersion, value: string, selector?: string): sdk.Parameter {
  return {
    Name: parameter.name,
    Type: version.type,
    Value: value,
    Version: version.version,
    ...(selector !== undefined && { Selector: selector }),
    LastModifiedDate: new Date(version.modifiedAt),
    ARN: parameter.arn,
    DataType: version.dataType,
  };
}

export function viewHistory(parameter: Parameter, version: ParameterVersion, value: string): sdk.ParameterHistory {
  return { ...common(parameter, version), Value: value, Labels: [...version.labels] };
}

export function viewMetadata(parameter: Parameter, version: ParameterVersion): sdk.ParameterMetadata {
  return { ...common(parameter, version), ARN: parameter.arn };
}

function common(parameter: Parameter, version: ParameterVersion) {
  return {
    Name: parameter.name,
    Type: version.type,
    ...(version.keyId !== undefined && { KeyId: version.keyId }),
    LastModifiedDate: new Date(version.modifiedAt),
    LastModifiedUser: version.modifiedBy,
    ...(version.description !== undefined && { Description: version.description }),
    ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
    Version: version.version,
    Tier: version.tier,
    Policies: viewPolicies(version.policies),
    DataType: version.dataType,
  };
}

function viewPolicies(text: string | undefined): sdk.ParameterInlinePolicy[] {
  if (text === undefined) return [];
  const policies = JSON.parse(text) as { Type?: string }[];
  return policies.map((policy) => ({ PolicyText: JSON.stringify(policy), PolicyType: policy.Type ?? '', PolicyStatus: 'Pending' }));
}
