// The new version goes out while visitors keep coming: a line per change, a bar, and the number of requests that failed.
import type { Service } from '@aws-sdk/client-ecs';
import { deployService, untilDeployed, type Balancer } from './balanced-service.ts';
import { watchServiceTasks } from './service-tasks.ts';
import type { Clients } from './steps.ts';
import { startTraffic } from './traffic.ts';

const BAR = 24;

/** Resolves with what the visitors saw. Rejects when a request failed. */
export async function rollOut(clients: Clients, balancer: Balancer, taskDefinition: string, replicas: number, detail: (line: string) => void): Promise<string> {
  const traffic = startTraffic(balancer.dnsName);
  try {
    await deployService(clients, balancer, taskDefinition, replicas);
    const watch = watchDeployment(clients, detail, () => `   ${traffic.counts().requests} requests, ${traffic.counts().failed} failed`);
    await untilDeployed(clients, watch);
  } finally {
    await traffic.stop();
  }
  const { requests, failed, versions } = traffic.counts();
  const answers = [...versions].map(([version, count]) => `version ${version}: ${count}`).join(', ');
  if (failed > 0) throw new Error(`${failed} of ${requests} requests failed during the deployment`);
  return `${requests} requests, 0 failed (${answers})`;
}

/** Says something each time the deployment has moved: a line for each task, and a bar of the new ones that run. @param more what the bar's line ends with */
export function watchDeployment(clients: Clients, say: (line: string) => void, more: () => string = () => ''): (service: Service) => Promise<void> {
  const watchTasks = watchServiceTasks(clients, say);
  let last = '';
  return async (service) => {
    await watchTasks();
    const line = renderBar(service);
    if (line !== last) say(`${line}${more()}`);
    last = line;
  };
}

function renderBar(service: Service): string {
  const [primary, ...old] = service.deployments ?? [];
  const running = primary?.runningCount ?? 0;
  const desired = Math.max(1, service.desiredCount ?? 1);
  const filled = Math.min(BAR, Math.round((running / desired) * BAR));
  const left = old.reduce((sum, deployment) => sum + (deployment.runningCount ?? 0), 0);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${running} of ${desired} new${left > 0 ? `, ${left} old` : ''}, ${primary?.rolloutState?.toLowerCase().replaceAll('_', ' ')}`;
}
