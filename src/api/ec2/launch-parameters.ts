// What an instance is launched with, read from a request or a launch template: both say it in the same members. Only the form is checked;
// whether subnets and groups exist is asked when an instance is made of it.
import { imageParameter, machineImage } from '#core/instance/images.ts';
import { instanceType } from '#core/instance/instance-types.ts';
import { instanceProfiles } from '#model/identity.ts';
import type { TemplateLaunch } from '#model/launch-template.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { invalidCombination, invalidParameter, malformedId } from './errors.ts';
import { getGroupByIdOrName } from './find.ts';
import type { RequestLaunchTemplateData, ResourceType, RunInstancesRequest } from './shapes.ts';
import { mergeTags, parseTags } from './tags.ts';

const USER_DATA_MAX = 16_384;
const AMI = /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/;
const RESOLVE = 'resolve:ssm:';
const TAGGABLE = new Set<string>(['instance', 'volume', 'network-interface', 'spot-instances-request', 'elastic-gpu']);

type Input = Pick<RequestLaunchTemplateData, 'ImageId' | 'KeyName' | 'UserData' | 'IamInstanceProfile' | 'SecurityGroupIds' | 'SecurityGroups' | 'NetworkInterfaces' | 'InstanceMarketOptions' | 'DisableApiTermination'> & {
  readonly InstanceType?: string | undefined;
  readonly SubnetId?: string | undefined;
  readonly TagSpecifications?: RunInstancesRequest['TagSpecifications'] | RequestLaunchTemplateData['TagSpecifications'];
};

/** Throws InvalidAMIID.Malformed, InvalidParameterValue, InvalidParameterCombination, InvalidGroup.NotFound. */
export function parseLaunch(reader: Reader, ctx: ApiContext, input: Input): TemplateLaunch {
  const [primary] = input.NetworkInterfaces ?? [];
  if (primary !== undefined && (input.SecurityGroupIds?.length || input.SecurityGroups?.length || input.SubnetId !== undefined)) {
    throw invalidCombination('Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request');
  }
  const byName = (input.SecurityGroups ?? []).map((GroupName) => getGroupByIdOrName(reader, ctx, { GroupName }).id);
  const subnetId = primary?.SubnetId ?? input.SubnetId;
  const imageId = input.ImageId === undefined ? undefined : parseImage(input.ImageId);
  const type = input.InstanceType === undefined ? undefined : parseType(input.InstanceType);
  checkArchitecture(imageId, type);
  const profile = parseProfile(reader, ctx, input.IamInstanceProfile);
  return {
    ...(imageId !== undefined && { imageId }),
    ...(type !== undefined && { instanceType: type }),
    ...(subnetId !== undefined && { subnetId }),
    securityGroupIds: [...new Set(primary?.Groups ?? [...(input.SecurityGroupIds ?? []), ...byName])],
    ...(input.KeyName !== undefined && { keyName: input.KeyName }),
    ...(input.UserData !== undefined && { userData: parseUserData(input.UserData) }),
    ...(profile !== undefined && { instanceProfileArn: profile }),
    spot: input.InstanceMarketOptions?.MarketType === 'spot',
    terminationProtected: input.DisableApiTermination === true,
    tags: tagsFor(input, 'instance'),
    interfaceTags: tagsFor(input, 'network-interface'),
  };
}

function parseImage(id: string): string {
  if (id.startsWith(RESOLVE)) {
    const name = id.slice(RESOLVE.length);
    const found = imageParameter(name.endsWith('/recommended') ? `${name}/image_id` : name);
    if (found === undefined || !AMI.test(found)) throw invalidParameter(`Unable to resolve ssm parameter: ${name}`);
    return found;
  }
  if (!AMI.test(id)) throw malformedId('InvalidAMIID', id, 'ami');
  return id;
}

function parseType(name: string): string {
  if (instanceType(name) === undefined) throw invalidParameter(`Invalid value '${name}' for InstanceType.`);
  return name;
}

function checkArchitecture(imageId: string | undefined, type: string | undefined): void {
  const image = imageId === undefined ? undefined : machineImage(imageId);
  const known = type === undefined ? undefined : instanceType(type);
  if (image === undefined || known === undefined || image.architecture === known.architecture) return;
  throw invalidParameter(
    `The architecture '${known.architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
  );
}

function parseUserData(text: string): string {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw new AwsError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  if (Buffer.from(text, 'base64').length > USER_DATA_MAX) throw invalidParameter(`User data is limited to ${USER_DATA_MAX} bytes`);
  return text;
}

function parseProfile(reader: Reader, ctx: ApiContext, given: Input['IamInstanceProfile']): string | undefined {
  if (given === undefined || (given.Name === undefined && given.Arn === undefined)) return undefined;
  if (given.Name !== undefined && given.Arn !== undefined) throw invalidCombination("The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'");
  const name = given.Name ?? given.Arn?.slice(given.Arn.lastIndexOf('/') + 1) ?? '';
  const found = reader.get(instanceProfiles, `${ctx.account}/${name.toLowerCase()}`);
  if (found === undefined || (given.Arn !== undefined && given.Arn !== found.arn)) {
    const [member, value] = given.Name === undefined ? ['arn', given.Arn] : ['name', given.Name];
    throw invalidParameter(`Value (${value}) for parameter iamInstanceProfile.${member} is invalid. Invalid IAM Instance Profile ${member === 'name' ? 'name' : 'ARN'}`);
  }
  return found.arn;
}

function tagsFor({ TagSpecifications: specifications }: Input, type: ResourceType) {
  for (const { ResourceType: wanted } of specifications ?? []) {
    if (!TAGGABLE.has(wanted ?? '')) throw invalidParameter(`'${wanted ?? 'null'}' is not a valid taggable resource type for this operation.`);
  }
  return mergeTags([], parseTags((specifications ?? []).filter((s) => s.ResourceType === type).flatMap((s) => s.Tags ?? [])));
}
