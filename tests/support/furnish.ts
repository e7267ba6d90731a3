// One thing of every common kind in an account, made through the API, each with a text that nobody else should ever see.
import type { AllServices } from './all-services.ts';

/** @param tell gets every input and answer */
export async function furnish({ call }: AllServices, account: string, canary: string, tell: (value: unknown) => void): Promise<void> {
  const make = async (service: string, operation: string, input: object): Promise<any> => {
    const answer = await call(service, operation, input, account);
    tell(input);
    tell(answer);
    return answer;
  };
  const tags = [{ key: 'note', value: canary }];
  const Tags = [{ Key: 'note', Value: canary }];
  await make('ecs', 'CreateCluster', { clusterName: 'default', tags });
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }] });
  await make('iam', 'CreateRole', { RoleName: 'app', AssumeRolePolicyDocument: trust, Description: canary });
  await make('iam', 'CreateUser', { UserName: 'ann', Tags });
  await make('iam', 'CreateGroup', { GroupName: 'team' });
  await make('iam', 'CreatePolicy', { PolicyName: 'own', Description: canary, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ecs:*', Resource: '*' }] }) });
  await make('ecs', 'RegisterTaskDefinition', { family: 'web', containerDefinitions: [{ name: 'app', image: 'app:1', memory: 64, environment: [{ name: 'X', value: canary }] }] });
  await make('ecs', 'CreateService', { serviceName: 'web', taskDefinition: 'web', desiredCount: 1, tags });
  await make('logs', 'CreateLogGroup', { logGroupName: '/app', tags: { note: canary } });
  await make('logs', 'CreateLogStream', { logGroupName: '/app', logStreamName: 's' });
  await make('logs', 'PutLogEvents', { logGroupName: '/app', logStreamName: 's', logEvents: [{ timestamp: Date.now(), message: canary }] });
  await make('ecr', 'CreateRepository', { repositoryName: 'app', tags: Tags });
  const { SecurityGroupId } = { SecurityGroupId: (await make('ec2', 'CreateSecurityGroup', { GroupName: 'web', Description: canary, VpcId: vpcOf(await make('ec2', 'DescribeVpcs', {})) })).GroupId };
  const { Subnets } = await make('ec2', 'DescribeSubnets', {});
  await make('elbv2', 'CreateLoadBalancer', { Name: 'front', Subnets: Subnets.slice(0, 2).map((s: any) => s.SubnetId), SecurityGroups: [SecurityGroupId], Tags });
  await make('elbv2', 'CreateTargetGroup', { Name: 'group', Protocol: 'HTTP', Port: 80, VpcId: Subnets[0].VpcId, Tags });
  await make('ec2', 'CreateLaunchTemplate', { LaunchTemplateName: 'host', LaunchTemplateData: { ImageId: 'ami-0ec5000000000a2c1', InstanceType: 't3.micro' }, TagSpecifications: [{ ResourceType: 'launch-template', Tags }] });
  await make('ec2', 'RunInstances', { LaunchTemplate: { LaunchTemplateName: 'host' }, MinCount: 1, MaxCount: 1, TagSpecifications: [{ ResourceType: 'instance', Tags }] });
  await make('autoscaling', 'CreateAutoScalingGroup', { AutoScalingGroupName: 'hosts', MinSize: 0, MaxSize: 2, AvailabilityZones: ['us-east-1a'], LaunchTemplate: { LaunchTemplateName: 'host' }, Tags });
  const [group] = (await make('autoscaling', 'DescribeAutoScalingGroups', {})).AutoScalingGroups;
  await make('ecs', 'CreateCapacityProvider', { name: 'hosts', autoScalingGroupProvider: { autoScalingGroupArn: group.AutoScalingGroupARN }, tags });
  await make('kms', 'CreateKey', { Description: canary });
  await make('ssm', 'PutParameter', { Name: '/app/p', Value: canary, Type: 'SecureString' });
  await make('secretsmanager', 'CreateSecret', { Name: 'app', SecretString: canary });
}

function vpcOf(answer: any): string {
  return answer.Vpcs[0].VpcId;
}
