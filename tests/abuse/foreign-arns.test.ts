// Every ECS operation that takes an ARN, given one of another account whose things are really there: refused, or found missing, in ECS's
// words; the caller's own policies allow everything. Other services' operations the same, by the fuzz test.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openAllServices, type AllServices } from '#tests/support/all-services.ts';
import { furnish } from '#tests/support/furnish.ts';
import { AwsError } from '#wire/aws-error.ts';
import { createShapes } from '#wire/shape.ts';

const [OWN, OTHER] = ['111122223333', '999988887777'];
const CANARY = 'canary-of-the-other-account';
const ARN = `arn:aws:ecs:us-east-1:${OTHER}`;
const CLUSTER = `${ARN}:cluster/default`;
const TASK = `${ARN}:task/default/0123456789abcdef0123456789abcdef`;
const SERVICE = `${ARN}:service/default/web`;
const HOST = `${ARN}:container-instance/default/0123456789abcdef0123456789abcdef`;
const DEFINITION = `${ARN}:task-definition/web:1`;
const attributes = [{ name: 'a', targetId: HOST }];

const PROVIDER = `${ARN}:capacity-provider/pool`;

/** Operation → inputs, each with one foreign ARN. */
const CASES: Record<string, object[]> = {
  ContinueServiceDeployment: [{ serviceDeploymentArn: `${ARN}:service-deployment/default/web/0123456789abcdefghijk`, hookId: 'h' }],
  CreateCapacityProvider: [{ name: 'pool', autoScalingGroupProvider: { autoScalingGroupArn: `arn:aws:autoscaling:us-east-1:${OTHER}:autoScalingGroup:0b9e1d6e-0000-4000-8000-000000000000:autoScalingGroupName/pool` } }],
  CreateService: [{ serviceName: 's', taskDefinition: DEFINITION }, { cluster: CLUSTER, serviceName: 's', taskDefinition: 'web' }, { serviceName: 's', taskDefinition: 'web', loadBalancers: [{ targetGroupArn: `arn:aws:elasticloadbalancing:us-east-1:${OTHER}:targetgroup/group/0123456789abcdef`, containerName: 'app', containerPort: 80 }] }],
  CreateTaskSet: [{ cluster: CLUSTER, service: 'web', taskDefinition: 'web' }, { cluster: 'default', service: SERVICE, taskDefinition: 'web' }],
  DeleteAttributes: [{ cluster: CLUSTER, attributes }, { attributes }],
  DeleteCapacityProvider: [{ capacityProvider: PROVIDER }, { capacityProvider: PROVIDER, cluster: CLUSTER }],
  DeleteCluster: [{ cluster: CLUSTER }],
  DeleteService: [{ service: SERVICE, force: true }, { cluster: CLUSTER, service: 'web', force: true }],
  DeleteTaskDefinitions: [{ taskDefinitions: [DEFINITION] }],
  DeleteTaskSet: [{ cluster: CLUSTER, service: 'web', taskSet: 'x' }, { cluster: 'default', service: SERVICE, taskSet: 'x' }],
  DeregisterContainerInstance: [{ containerInstance: HOST }, { cluster: CLUSTER, containerInstance: HOST, force: true }],
  DeregisterTaskDefinition: [{ taskDefinition: DEFINITION }],
  DescribeCapacityProviders: [{ capacityProviders: [PROVIDER], include: ['TAGS'] }],
  DescribeClusters: [{ clusters: [CLUSTER], include: ['TAGS'] }],
  DescribeContainerInstances: [{ containerInstances: [HOST] }, { cluster: CLUSTER, containerInstances: [HOST] }],
  DescribeServiceDeployments: [{ serviceDeploymentArns: [`${ARN}:service-deployment/default/web/0123456789abcdefghijk`] }],
  DescribeServiceRevisions: [{ serviceRevisionArns: [`${ARN}:service-revision/default/web/1234567890123456789`] }],
  DescribeServices: [{ services: [SERVICE], include: ['TAGS'] }, { cluster: CLUSTER, services: ['web'] }],
  DescribeTaskDefinition: [{ taskDefinition: DEFINITION, include: ['TAGS'] }],
  DescribeTaskSets: [{ cluster: CLUSTER, service: 'web' }, { cluster: 'default', service: SERVICE }],
  DescribeTasks: [{ tasks: [TASK] }, { cluster: CLUSTER, tasks: [TASK] }],
  GetTaskProtection: [{ cluster: CLUSTER, tasks: [TASK] }, { cluster: 'default', tasks: [TASK] }],
  ListAttributes: [{ cluster: CLUSTER, targetType: 'container-instance' }],
  ListContainerInstances: [{ cluster: CLUSTER }],
  ListServiceDeployments: [{ service: SERVICE }, { cluster: CLUSTER, service: 'web' }],
  ListServices: [{ cluster: CLUSTER }],
  ListTagsForResource: [{ resourceArn: CLUSTER }, { resourceArn: SERVICE }, { resourceArn: DEFINITION }],
  ListTasks: [{ cluster: CLUSTER }, { containerInstance: HOST }],
  PutAttributes: [{ cluster: CLUSTER, attributes }, { attributes }],
  PutClusterCapacityProviders: [{ cluster: CLUSTER, capacityProviders: [], defaultCapacityProviderStrategy: [] }],
  RegisterContainerInstance: [{ cluster: CLUSTER, totalResources: [] }, { containerInstanceArn: HOST, totalResources: [] }],
  RunTask: [{ taskDefinition: DEFINITION }, { cluster: CLUSTER, taskDefinition: 'web' }],
  StartTask: [{ taskDefinition: DEFINITION, containerInstances: [HOST] }, { taskDefinition: 'web', containerInstances: [HOST] }, { cluster: CLUSTER, taskDefinition: 'web', containerInstances: [HOST] }],
  StopServiceDeployment: [{ serviceDeploymentArn: `${ARN}:service-deployment/default/web/0123456789abcdefghijk` }],
  StopTask: [{ task: TASK }, { cluster: CLUSTER, task: TASK }],
  SubmitContainerStateChange: [{ cluster: CLUSTER, task: TASK, containerName: 'app', status: 'STOPPED' }],
  SubmitTaskStateChange: [{ cluster: CLUSTER, task: TASK, status: 'STOPPED' }, { task: TASK, status: 'STOPPED' }],
  TagResource: [{ resourceArn: CLUSTER, tags: [{ key: 'a', value: 'b' }] }, { resourceArn: SERVICE, tags: [{ key: 'a', value: 'b' }] }],
  UntagResource: [{ resourceArn: CLUSTER, tagKeys: ['note'] }],
  UpdateCapacityProvider: [{ name: PROVIDER, autoScalingGroupProvider: { managedDraining: 'DISABLED' } }],
  UpdateCluster: [{ cluster: CLUSTER, settings: [] }],
  UpdateClusterSettings: [{ cluster: CLUSTER, settings: [{ name: 'containerInsights', value: 'enabled' }] }],
  UpdateContainerAgent: [{ containerInstance: HOST }],
  UpdateContainerInstancesState: [{ containerInstances: [HOST], status: 'DRAINING' }, { cluster: CLUSTER, containerInstances: [HOST], status: 'DRAINING' }],
  UpdateService: [{ service: SERVICE, desiredCount: 0 }, { service: 'web', taskDefinition: DEFINITION }, { cluster: CLUSTER, service: 'web', desiredCount: 0 }],
  UpdateServicePrimaryTaskSet: [{ cluster: CLUSTER, service: 'web', primaryTaskSet: 'x' }],
  UpdateTaskProtection: [{ cluster: CLUSTER, tasks: [TASK], protectionEnabled: true }, { cluster: 'default', tasks: [TASK], protectionEnabled: true }],
  UpdateTaskSet: [{ cluster: CLUSTER, service: 'web', taskSet: 'x', scale: { value: 1, unit: 'PERCENT' } }],
};

let platform: AllServices;
before(async () => {
  platform = await openAllServices([OWN, OTHER]);
  for (const account of [OWN, OTHER]) await furnish(platform, account, account === OTHER ? CANARY : 'mine', () => {});
});
after(() => platform.close());

test('an ARN of another account is refused or missing, whatever is done with it', async () => {
  const { store, call } = platform;
  for (const [operation, inputs] of Object.entries(CASES)) {
    for (const input of inputs) {
      const said = `${operation} ${JSON.stringify(input)}`;
      const revision = store.revision;
      let answer: any;
      try {
        answer = await call('ecs', operation, input, OWN);
      } catch (error) {
        assert.ok(error instanceof AwsError && error.httpStatus < 500, `${said}: ${String(error)}`);
        assert.match(error.code, /^(InvalidParameterException|ClientException|ClusterNotFoundException|ServiceNotFoundException|ResourceNotFoundException|AccessDeniedException|TargetNotFoundException|TaskSetNotFoundException|ServiceDeploymentNotFoundException)$/, `${said}: ${error.code}`);
        assert.equal(store.revision, revision, said);
        continue;
      }
      // Too late a report is no error; one of a live task is refused (src/api/ecs/container-instances.test.ts).
      const tooLate = operation.startsWith('Submit') && answer.acknowledgment === 'ACK';
      assert.ok(tooLate || answer.failures?.length > 0, `${said} was answered: ${JSON.stringify(answer).slice(0, 300)}`);
      assert.equal(store.revision, revision, said);
      assert.ok(!JSON.stringify(answer).includes(CANARY), said);
    }
  }
});

test('every ECS operation that is implemented and has an ARN or a cluster in its input is among them', () => {
  const { services } = platform;
  const shapes = createShapes();
  const takesArns = Object.entries(services.find(({ name }) => name === 'ecs')!.operations).filter(([, entry]) => {
    if ((entry as { implemented?: boolean }).implemented === false) return false;
    return shapes.operation(entry.schema).input.members.some(({ name }) => /^(cluster|clusters|service|services|task|tasks|taskDefinition|taskDefinitions|taskSet|containerInstance|containerInstances|.*Arn|.*Arns)$/.test(name));
  });
  // CreateCluster takes the ARN of a namespace, which is not kept here; agents' own calls and exec have tests of their own.
  const elsewhere = ['CreateCluster', 'DiscoverPollEndpoint', 'SubmitAttachmentStateChanges', 'ExecuteCommand', 'ListAccountSettings', 'PutAccountSetting', 'DeleteAccountSetting', 'RegisterTaskDefinition'];
  assert.deepEqual(takesArns.map(([name]) => name).filter((name) => CASES[name] === undefined && !elsewhere.includes(name)), []);
});
