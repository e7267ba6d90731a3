// The policies of AWS that ECS users attach, as they are published. They are no rows: every account has them, nobody changes them.
import type { ManagedPolicy } from '#model/identity.ts';

const CREATED_AT = Date.UTC(2015, 1, 6);

const LOGS_WRITE = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const ECR_PULL = ['ecr:GetAuthorizationToken', 'ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];
const ECR_READ = [
  ...ECR_PULL, 'ecr:GetRepositoryPolicy', 'ecr:DescribeRepositories', 'ecr:ListImages', 'ecr:DescribeImages', 'ecr:GetLifecyclePolicy',
  'ecr:GetLifecyclePolicyPreview', 'ecr:ListTagsForResource', 'ecr:DescribeImageScanFindings',
];
const AGENT = [
  'ec2:DescribeTags', 'ecs:CreateCluster', 'ecs:DeregisterContainerInstance', 'ecs:DiscoverPollEndpoint', 'ecs:Poll', 'ecs:RegisterContainerInstance',
  'ecs:StartTelemetrySession', 'ecs:UpdateContainerInstancesState', 'ecs:Submit*', ...ECR_PULL, ...LOGS_WRITE,
];
const READ_ONLY = [
  'acm:Describe*', 'acm:Get*', 'acm:List*', 'application-autoscaling:Describe*', 'cloudwatch:Describe*', 'cloudwatch:Get*', 'cloudwatch:List*', 'ec2:Describe*', 'ec2:Get*',
  'ecr:BatchCheck*', 'ecr:BatchGet*', 'ecr:Describe*', 'ecr:Get*', 'ecr:List*', 'ecs:Describe*', 'ecs:List*', 'elasticloadbalancing:Describe*', 'events:Describe*',
  'events:List*', 'iam:Generate*', 'iam:Get*', 'iam:List*', 'iam:Simulate*', 'kms:Describe*', 'kms:Get*', 'kms:List*', 'logs:Describe*', 'logs:FilterLogEvents',
  'logs:Get*', 'logs:List*', 'logs:StartLiveTail', 'logs:StopLiveTail', 'logs:TestMetricFilter', 'secretsmanager:Describe*', 'secretsmanager:List*',
  'servicediscovery:Get*', 'servicediscovery:List*', 'ssm:Describe*', 'ssm:Get*', 'ssm:List*', 'sts:GetAccessKeyInfo', 'sts:GetCallerIdentity', 'sts:GetSessionToken', 'tag:Get*',
];
const ECS_FULL = [
  'application-autoscaling:*', 'autoscaling:Describe*', 'cloudwatch:*', 'codedeploy:*', 'ec2:Describe*', 'ecs:*', 'elasticloadbalancing:*', 'events:*', 'iam:ListAttachedRolePolicies',
  'iam:ListInstanceProfiles', 'iam:ListRoles', 'logs:CreateLogGroup', 'logs:DescribeLogGroups', 'logs:FilterLogEvents', 'servicediscovery:*',
];
const ECS_SERVICE = [
  'ec2:AttachNetworkInterface', 'ec2:CreateNetworkInterface', 'ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:Describe*', 'ec2:DetachNetworkInterface',
  'elasticloadbalancing:DeregisterInstancesFromLoadBalancer', 'elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:Describe*',
  'elasticloadbalancing:RegisterInstancesWithLoadBalancer', 'elasticloadbalancing:RegisterTargets', 'servicediscovery:*Instance*', 'servicediscovery:Get*', 'logs:*',
];

function passRole(...services: string[]): object {
  return { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', Condition: { StringLike: { 'iam:PassedToService': services } } };
}

function allow(Action: string | readonly string[]): object {
  return { Effect: 'Allow', Action, Resource: '*' };
}

const POLICIES: readonly (readonly [pathAndName: string, statements: readonly object[]])[] = [
  ['AdministratorAccess', [allow('*')]],
  ['PowerUserAccess', [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }, allow(['iam:CreateServiceLinkedRole', 'iam:DeleteServiceLinkedRole', 'iam:ListRoles'])]],
  ['ReadOnlyAccess', [allow(READ_ONLY)]],
  ['IAMFullAccess', [allow('iam:*')]],
  ['IAMReadOnlyAccess', [allow(['iam:GenerateCredentialReport', 'iam:GenerateServiceLastAccessedDetails', 'iam:Get*', 'iam:List*', 'iam:SimulateCustomPolicy', 'iam:SimulatePrincipalPolicy'])]],
  ['AmazonECS_FullAccess', [allow(ECS_FULL), passRole('ecs-tasks.amazonaws.com'), allow('iam:CreateServiceLinkedRole')]],
  ['AmazonEC2ContainerRegistryReadOnly', [allow(ECR_READ)]],
  ['AmazonEC2ContainerRegistryPullOnly', [allow([...ECR_PULL, 'ecr:BatchImportUpstreamImage'])]],
  ['AmazonEC2ContainerRegistryPowerUser', [allow([...ECR_READ, 'ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage'])]],
  ['AmazonEC2ContainerRegistryFullAccess', [allow(['ecr:*', 'cloudtrail:LookupEvents'])]],
  ['CloudWatchLogsFullAccess', [allow('logs:*')]],
  ['CloudWatchLogsReadOnlyAccess', [allow(['logs:Describe*', 'logs:Get*', 'logs:List*', 'logs:StartQuery', 'logs:StopQuery', 'logs:TestMetricFilter', 'logs:FilterLogEvents', 'logs:StartLiveTail', 'logs:StopLiveTail'])]],
  ['CloudWatchAgentServerPolicy', [allow(['cloudwatch:PutMetricData', 'ec2:DescribeTags', 'logs:PutLogEvents', 'logs:PutRetentionPolicy', 'logs:DescribeLogStreams', 'logs:DescribeLogGroups', 'logs:CreateLogStream', 'logs:CreateLogGroup'])]],
  ['AmazonEC2ReadOnlyAccess', [allow(['ec2:Describe*', 'ec2:Get*', 'elasticloadbalancing:Describe*', 'cloudwatch:Describe*'])]],
  ['ElasticLoadBalancingReadOnly', [allow(['elasticloadbalancing:Describe*', 'ec2:Describe*'])]],
  ['AmazonSSMReadOnlyAccess', [allow(['ssm:Describe*', 'ssm:Get*', 'ssm:List*'])]],
  ['SecretsManagerReadWrite', [allow(['secretsmanager:*', 'kms:DescribeKey', 'kms:ListAliases', 'kms:ListKeys', 'tag:GetResources'])]],
  ['service-role/AmazonECSTaskExecutionRolePolicy', [allow([...ECR_PULL, ...LOGS_WRITE])]],
  ['service-role/AmazonEC2ContainerServiceforEC2Role', [allow(AGENT)]],
  ['service-role/AmazonEC2ContainerServiceRole', [allow(ECS_SERVICE)]],
  ['service-role/AmazonEC2ContainerServiceEventsRole', [allow(['ecs:RunTask', 'ecs:TagResource']), passRole('ecs-tasks.amazonaws.com')]],
  ['service-role/AmazonECSInfrastructureRolePolicyForVolumes', [allow(['ec2:CreateVolume', 'ec2:AttachVolume', 'ec2:DetachVolume', 'ec2:DeleteVolume', 'ec2:CreateTags', 'ec2:Describe*'])]],
  ['aws-service-role/AmazonECSServiceRolePolicy', [allow([...ECS_SERVICE, 'cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm', 'autoscaling:*', 'autoscaling-plans:*', 'ec2:CreateTags'])]],
  ['aws-service-role/AWSApplicationAutoscalingECSServicePolicy', [allow(['ecs:DescribeServices', 'ecs:UpdateService', 'cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms'])]],
  ['aws-service-role/AWSElasticLoadBalancingServiceRolePolicy', [allow(['ec2:Describe*', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:ModifyNetworkInterfaceAttribute'])]],
];

function managed([pathAndName, statements]: (typeof POLICIES)[number], index: number): ManagedPolicy {
  const slash = pathAndName.lastIndexOf('/');
  return {
    arn: `arn:aws:iam::aws:policy/${pathAndName}`,
    account: 'aws',
    name: pathAndName.slice(slash + 1),
    path: `/${pathAndName.slice(0, slash + 1)}`,
    id: `ANPALONGSHORE${String(index).padStart(8, '0')}`,
    versions: [{ id: 'v1', document: JSON.stringify({ Version: '2012-10-17', Statement: statements }), createdAt: CREATED_AT }],
    defaultVersion: 'v1',
    lastVersion: 1,
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
    tags: [],
  };
}

/** By ARN: `arn:aws:iam::aws:policy/…`. */
export const AWS_MANAGED_POLICIES: ReadonlyMap<string, ManagedPolicy> = new Map(POLICIES.map(managed).map((policy) => [policy.arn, policy]));
