// The demo's service behind a load balancer: made by the AWS SDK, found again when it is there already.
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateServiceCommand, DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Service } from '@aws-sdk/client-ecs';
import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { delay } from '#base/clock.ts';
import { systemClock } from '#base/system/clock.ts';
import { CLUSTER, type Clients } from './steps.ts';

export const SERVICE = 'hello';
const NAME = 'longshore-demo';
const TIMEOUT_MS = 180_000;

export interface Balancer {
  readonly targetGroupArn: string;
  readonly dnsName: string;
}

/** An application load balancer, its target group and an HTTP listener on port 80. Creating them again finds them. */
export async function ensureBalancer(clients: Clients): Promise<Balancer> {
  const { elb } = clients;
  const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }));
  const { LoadBalancers = [] } = await elb.send(new CreateLoadBalancerCommand({ Name: NAME, Type: 'application', Subnets: Subnets.map((s) => s.SubnetId!) }));
  const LoadBalancerArn = LoadBalancers[0]!.LoadBalancerArn!;
  const { TargetGroups = [] } = await elb.send(
    new CreateTargetGroupCommand({
      Name: NAME,
      Protocol: 'HTTP',
      Port: 80,
      VpcId: Subnets[0]!.VpcId!,
      TargetType: 'ip',
      HealthCheckPath: '/',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
    }),
  );
  const TargetGroupArn = TargetGroups[0]!.TargetGroupArn!;
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }] }));
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  if (Listeners.length === 0) {
    await elb.send(new CreateListenerCommand({ LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn }] }));
  }
  const described = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] }));
  return { targetGroupArn: TargetGroupArn, dnsName: described.LoadBalancers![0]!.DNSName! };
}

/** The service with `taskDefinition`: created, or updated when there is one. */
export async function deployService(clients: Clients, balancer: Balancer, taskDefinition: string, desiredCount: number): Promise<void> {
  const existing = await describe(clients);
  if (existing?.status === 'ACTIVE') {
    await clients.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: SERVICE, taskDefinition, desiredCount }));
    return;
  }
  const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }));
  await clients.ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: SERVICE,
      taskDefinition,
      desiredCount,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: Subnets.map((s) => s.SubnetId!) } },
      loadBalancers: [{ targetGroupArn: balancer.targetGroupArn, containerName: 'hello', containerPort: 80 }],
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200, deploymentCircuitBreaker: { enable: true, rollback: true } },
    }),
  );
}

/** Resolves when only the newest deployment is left and complete; `watch` sees the service each time it is looked at. */
export async function untilDeployed(clients: Clients, watch: (service: Service) => Promise<void>): Promise<void> {
  const deadline = systemClock.now() + TIMEOUT_MS;
  for (;;) {
    const service = await describe(clients);
    if (service === undefined) throw new Error(`the service ${SERVICE} is not there`);
    await watch(service);
    const [deployment, ...others] = service.deployments ?? [];
    if (others.length === 0 && deployment?.rolloutState === 'COMPLETED' && service.runningCount === service.desiredCount) return;
    if (deployment?.rolloutState === 'FAILED') throw new Error(`the deployment failed: ${deployment.rolloutStateReason}`);
    if (systemClock.now() > deadline) throw new Error(`the deployment is not complete after ${TIMEOUT_MS / 1000} s:\n${(service.events ?? []).slice(0, 5).map((e) => `  ${e.message}`).join('\n')}`);
    await delay(systemClock, 150);
  }
}

async function describe(clients: Clients): Promise<Service | undefined> {
  const { services = [] } = await clients.ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: [SERVICE] }));
  return services[0];
}
