// DescribeInstanceTypes and DescribeImages: tables of facts.
import { MACHINE_IMAGES, type MachineImage } from '#core/instance/images.ts';
import { instanceType, instanceTypes, type InstanceType } from '#core/instance/instance-types.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { malformedId } from './errors.ts';
import { parseFilters, type Fields } from './filters.ts';
import { pageByKey } from './paging.ts';
import { look } from './scope.ts';
import type { DescribeImagesRequest, DescribeImagesResult, DescribeInstanceTypesRequest, DescribeInstanceTypesResult, Image, InstanceTypeInfo } from './shapes.ts';

const TYPE_FILTERS: Fields<InstanceType> = {
  'bare-metal': () => false,
  'burstable-performance-supported': (type) => type.burstable,
  'current-generation': (type) => !type.name.startsWith('t2'),
  'instance-type': (type) => type.name,
  'memory-info.size-in-mib': (type) => type.memoryMiB,
  'processor-info.supported-architecture': (type) => type.architecture,
  'supported-usage-class': () => ['on-demand', 'spot'],
  'supported-virtualization-type': () => 'hvm',
  'vcpu-info.default-vcpus': (type) => type.vcpus,
};

export function describeInstanceTypes(input: DescribeInstanceTypesRequest, ctx: ApiContext): DescribeInstanceTypesResult {
  const asked: readonly string[] = input.InstanceTypes ?? [];
  const unknown = asked.filter((name) => instanceType(name) === undefined);
  if (unknown.length > 0) throw new AwsError('InvalidInstanceType', `The following supplied instance types do not exist: [${unknown.join(', ')}]`);
  return look(ctx, input, () => {
    const where = parseFilters(input.Filters, TYPE_FILTERS);
    const chosen = [...instanceTypes()].filter((type) => (asked.length === 0 || asked.includes(type.name)) && where(type));
    const { rows, ...next } = pageByKey('DescribeInstanceTypes', ctx, input, chosen, (type) => type.name);
    return { InstanceTypes: rows.map(viewType), ...next };
  });
}

function viewType(type: InstanceType): InstanceTypeInfo {
  return {
    InstanceType: type.name as InstanceTypeInfo['InstanceType'],
    CurrentGeneration: !type.name.startsWith('t2'),
    FreeTierEligible: false,
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: false,
    ProcessorInfo: { SupportedArchitectures: [type.architecture] },
    VCpuInfo: { DefaultVCpus: type.vcpus, DefaultCores: Math.max(1, type.vcpus / 2), DefaultThreadsPerCore: Math.min(2, type.vcpus) },
    MemoryInfo: { SizeInMiB: type.memoryMiB },
    InstanceStorageSupported: false,
    BurstablePerformanceSupported: type.burstable,
    HibernationSupported: false,
    NetworkInfo: { MaximumNetworkInterfaces: 4, Ipv4AddressesPerInterface: 15, EnaSupport: 'required' },
    ...(type.gpus > 0 && { GpuInfo: { Gpus: [{ Count: type.gpus, Manufacturer: 'NVIDIA' }] } }),
  };
}

const IMAGE_FILTERS: Fields<MachineImage> = {
  architecture: (image) => image.architecture,
  description: (image) => image.description,
  'image-id': (image) => image.id,
  'image-type': () => 'machine',
  'is-public': () => true,
  name: (image) => image.name,
  'owner-alias': () => 'amazon',
  'owner-id': () => AMAZON,
  'root-device-type': () => 'ebs',
  state: () => 'available',
  'virtualization-type': () => 'hvm',
};

const AMAZON = '591542846629';

export function describeImages(input: DescribeImagesRequest, ctx: ApiContext): DescribeImagesResult {
  const ids = input.ImageIds ?? [];
  for (const id of ids) if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) throw malformedId('InvalidAMIID', id, 'ami');
  const unknown = ids.filter((id) => !MACHINE_IMAGES.some((image) => image.id === id));
  if (unknown.length > 0) throw new AwsError('InvalidAMIID.NotFound', `The image id '[${unknown.join(', ')}]' does not exist`);
  return look(ctx, input, () => {
    const where = parseFilters(input.Filters, IMAGE_FILTERS, () => []);
    const owners = input.Owners ?? [];
    const owned = owners.length === 0 || owners.some((owner) => owner === 'amazon' || owner === AMAZON);
    const chosen = MACHINE_IMAGES.filter((image) => owned && (ids.length === 0 || ids.includes(image.id)) && where(image));
    const { rows, ...next } = pageByKey('DescribeImages', ctx, input, chosen, (image) => image.id);
    return { Images: rows.map(viewImage), ...next };
  });
}

function viewImage(image: MachineImage): Image {
  return {
    ImageId: image.id,
    Name: image.name,
    Description: image.description,
    Architecture: image.architecture,
    CreationDate: new Date(image.createdAt).toISOString(),
    ImageLocation: `amazon/${image.name}`,
    ImageOwnerAlias: 'amazon',
    ImageType: 'machine',
    OwnerId: AMAZON,
    Public: true,
    State: 'available',
    RootDeviceName: '/dev/xvda',
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    Hypervisor: 'xen',
    EnaSupport: true,
    PlatformDetails: 'Linux/UNIX',
    UsageOperation: 'RunInstances',
    BlockDeviceMappings: [],
    Tags: [],
  };
}
