// A blue/green deployment through the AWS SDK: behind a real load balancer, held by a PAUSE hook, continued, and rolled back.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  ContinueServiceDeploymentCommand,
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type ServiceDeployment,
  UpdateServiceCommand,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { busyboxImage } from '#tests/support/docker.ts';
import { freePort, startPlatform, type TestPlatform } from '#tests/support/platform.ts';
import { waitFor } from '#tests/support/wait-for.ts';

const PATIENCE = { timeoutMs: 120_000, intervalMs: 300 };
let platform: TestPlatform;
let ecs: ECSClient;
let elb: ElasticLoadBalancingV2Client;
let subnets: string[];
let port: number;
let host: string;

before(async () => {
  platform = await startPlatform({ agent: ['--pool', 'fargate'] });
  ecs = new ECSClient(platform.sdk);
  elb = new ElasticLoadBalancingV2Client(platform.sdk);
  const ec2 = new EC2Client(platform.sdk);
  const found = (await ec2.send(new DescribeSubnetsCommand({}))).Subnets!;
  ec2.destroy();
  subnets = found.map((subnet) => subnet.SubnetId!);
  port = await freePort();
  const [blue, green] = [await targetGroup('blue', found[0]!.VpcId!), await targetGroup('green', found[0]!.VpcId!)];
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: 'bg', Subnets: subnets.slice(0, 2) }));
  host = LoadBalancers![0]!.DNSName!;
  const { Listeners } = await elb.send(new CreateListenerCommand({
    LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn!, Port: port, Protocol: 'HTTP', DefaultActions: [{ Type: 'forward', TargetGroupArn: blue }],
  }));
  const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: Listeners![0]!.ListenerArn! }));
  await ecs.send(new CreateServiceCommand({
    serviceName: 'bg', taskDefinition: await register('one'), desiredCount: 1, launchType: 'FARGATE', networkConfiguration: { awsvpcConfiguration: { subnets } },
    deploymentConfiguration: {
      strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0,
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
    },
    loadBalancers: [{
      targetGroupArn: blue, containerName: 'app', containerPort: 8080,
      advancedConfiguration: { alternateTargetGroupArn: green, productionListenerRule: Rules![0]!.RuleArn!, roleArn: 'arn:aws:iam::000000000000:role/ecsInfrastructureRole' },
    }],
  }));
  await proceed('CONTINUE');
  await finished('SUCCESSFUL');
});
after(async () => {
  ecs?.destroy();
  elb?.destroy();
  await platform?.stop();
});

async function targetGroup(name: string, vpcId: string): Promise<string> {
  const { TargetGroups } = await elb.send(new CreateTargetGroupCommand({
    Name: name, Protocol: 'HTTP', Port: 8080, VpcId: vpcId, TargetType: 'ip', HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2, HealthyThresholdCount: 2,
  }));
  return TargetGroups![0]!.TargetGroupArn!;
}

/** A task definition whose container answers with its version. */
async function register(version: string): Promise<string> {
  const script = `echo ${version} > /tmp/index.html; exec httpd -f -p 8080 -h /tmp`;
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand({
    family: 'bg', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512',
    containerDefinitions: [{ name: 'app', image: busyboxImage(), command: ['sh', '-c', script], stopTimeout: 2, portMappings: [{ containerPort: 8080 }] }],
  }));
  return taskDefinition!.taskDefinitionArn!;
}

async function current(): Promise<ServiceDeployment> {
  const { services } = await ecs.send(new DescribeServicesCommand({ services: ['bg'] }));
  const { serviceDeployments } = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [services![0]!.currentServiceDeployment!] }));
  return serviceDeployments![0]!;
}

/** Waits for the hook that holds the current deployment, and answers it. */
async function proceed(action: 'CONTINUE' | 'ROLLBACK', held?: () => Promise<void>): Promise<void> {
  const hook = await waitFor('the hook to wait', async () => (await current()).lifecycleHookDetails?.find((detail) => detail.status === 'AWAITING_ACTION'), PATIENCE);
  await held?.();
  const { serviceDeploymentArn } = await current();
  await ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId: hook!.hookId, action }));
}

async function finished(status: string): Promise<void> {
  await waitFor(`the deployment to be ${status}`, async () => (await current()).status === status, PATIENCE);
}

/** What the load balancer answers. */
function page(): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, headers: { host }, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve(text.trim()));
    });
    call.on('error', reject).end();
  });
}

test('production stays on blue while the hook holds, moves to green when it is continued, and a rollback leaves it there', async () => {
  assert.equal(await page(), 'one');
  await ecs.send(new UpdateServiceCommand({ service: 'bg', taskDefinition: await register('two') }));
  await proceed('CONTINUE', async () => {
    const deployment = await current();
    assert.deepEqual([deployment.lifecycleStage, deployment.targetServiceRevision!.runningTaskCount, deployment.sourceServiceRevisions![0]!.runningTaskCount], ['POST_SCALE_UP', 1, 1]);
    assert.equal(deployment.targetServiceRevision!.requestedProductionTrafficWeight, 0);
    assert.equal(await page(), 'one');
  });
  await finished('SUCCESSFUL');
  assert.equal(await page(), 'two');

  await ecs.send(new UpdateServiceCommand({ service: 'bg', taskDefinition: await register('three') }));
  await proceed('ROLLBACK');
  await finished('ROLLBACK_SUCCESSFUL');
  await waitUntilServicesStable({ client: ecs, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { services: ['bg'] });
  assert.equal(await page(), 'two');
  const { services } = await ecs.send(new DescribeServicesCommand({ services: ['bg'] }));
  assert.match(services![0]!.taskDefinition!, /bg:2$/);
});
