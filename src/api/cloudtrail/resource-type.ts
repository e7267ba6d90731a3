// The type of a resource by its ARN, in CloudFormation's names as the event history uses them.

const TYPES: Readonly<Record<string, string>> = {
  'ecs:cluster': 'AWS::ECS::Cluster',
  'ecs:service': 'AWS::ECS::Service',
  'ecs:task': 'AWS::ECS::Task',
  'ecs:task-definition': 'AWS::ECS::TaskDefinition',
  'ecs:container-instance': 'AWS::ECS::ContainerInstance',
  'ecs:capacity-provider': 'AWS::ECS::CapacityProvider',
  'ecs:task-set': 'AWS::ECS::TaskSet',
  'ecr:repository': 'AWS::ECR::Repository',
  'iam:role': 'AWS::IAM::Role',
  'iam:user': 'AWS::IAM::User',
  'iam:group': 'AWS::IAM::Group',
  'iam:policy': 'AWS::IAM::Policy',
  'iam:instance-profile': 'AWS::IAM::InstanceProfile',
  'kms:key': 'AWS::KMS::Key',
  'kms:alias': 'AWS::KMS::Alias',
  'secretsmanager:secret': 'AWS::SecretsManager::Secret',
  'ssm:parameter': 'AWS::SSM::Parameter',
  'logs:log-group': 'AWS::Logs::LogGroup',
  'elasticloadbalancing:loadbalancer': 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'elasticloadbalancing:targetgroup': 'AWS::ElasticLoadBalancingV2::TargetGroup',
  'elasticloadbalancing:listener': 'AWS::ElasticLoadBalancingV2::Listener',
  'elasticloadbalancing:listener-rule': 'AWS::ElasticLoadBalancingV2::ListenerRule',
  'acm:certificate': 'AWS::CertificateManager::Certificate',
  's3:': 'AWS::S3::Bucket',
};

/** `AWS::ECS::Cluster` of `arn:aws:ecs:…:cluster/x`; other kinds by their service's name. */
export function resourceType(arn: string): string {
  const end = arn.indexOf(':', 8);
  const service = arn.slice(8, end);
  let at = end + 1;
  for (let field = 0; field < 2; field++) at = arn.indexOf(':', at) + 1 || arn.length;
  const rest = arn.slice(at, at + 40);
  const kind = /^[a-z-]*/.exec(rest)?.[0] ?? '';
  return TYPES[`${service}:${kind}`] ?? TYPES[`${service}:`] ?? `AWS::${service.replaceAll(/[^a-z0-9-]/g, '')}::Resource`;
}
