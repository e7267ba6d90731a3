// Users of the rarer kinds of services and requests: DAEMON, EXTERNAL with its task sets, shifts that wait at hooks, are aborted and
// turned into rolling deployments, and one without a load balancer that is deleted and made again. Seeds that have them are chosen by run-service-seed.ts.
import type { Random } from '#base/random.ts';
import { serviceDeployments, services, taskSets } from '#model/service.ts';
import type { Service, ServiceDeployment } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';

export interface OddUsersOptions {
  readonly insist: (operation: string, input: Record<string, unknown>) => Promise<any>;
  readonly random: Random;
  readonly store: () => Reader | undefined;
}

export interface OddUsers {
  create(): Promise<void>;
  /** One random request. */
  request(): Promise<void>;
  /** Ends what waits, and gives what failed a version that works. */
  repair(): Promise<void>;
  deleteAll(): Promise<void>;
}

const GOOD = ['server', 'distant'] as const;
const BAD = ['absent', 'crash'] as const;
const STAGES = ['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'POST_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT', 'PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'] as const;
const SHIFTS = ['svc-pause', 'svc-shift'] as const;
const EXTERNAL = { cluster: 'default', service: 'svc-external' } as const;

export function openOddUsers({ insist, random, store }: OddUsersOptions): OddUsers {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)]!;
  const count = (most: number): number => Math.floor(random.next() * (most + 1));
  const familyOf = (name: string, image: string): string => `${name === 'svc-shift' ? 'net' : 'bridge'}-${image}`;
  const good = (name: string): string => familyOf(name, pick(GOOD));
  const any = (name: string): string => familyOf(name, pick(random.next() < 0.7 ? GOOD : BAD));
  const update = (service: string, change: Record<string, unknown>) => insist('UpdateService', { cluster: 'default', service, ...change });
  const serviceOf = (name: string): Service | undefined => [...(store()?.all(services) ?? [])].find((s) => s.name === name);
  const deploymentOf = (name: string): ServiceDeployment | undefined => store()?.get(serviceDeployments, serviceOf(name)?.currentDeploymentArn ?? '');

  const breaker = (): object => ({ deploymentCircuitBreaker: { enable: true, rollback: random.next() < 0.5 } });
  const shift = (): object => ({
    ...breaker(),
    strategy: pick(['BLUE_GREEN', 'CANARY', 'LINEAR']),
    bakeTimeInMinutes: count(1),
    lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: [pick(STAGES), pick(STAGES)], timeoutConfiguration: { timeoutInMinutes: 5, action: pick(['ROLLBACK', 'CONTINUE']) } }],
  });
  const createShift = () => insist('CreateService', { cluster: 'default', serviceName: 'svc-pause', taskDefinition: good('svc-pause'), desiredCount: 1 + count(2), deploymentConfiguration: shift() });
  const createSet = () => insist('CreateTaskSet', { ...EXTERNAL, taskDefinition: good('svc-external'), scale: { value: pick([0, 30, 50, 100]), unit: 'PERCENT' } });

  const continueShift = async (name: string, action: () => string): Promise<void> => {
    const deployment = deploymentOf(name);
    for (const { hookId, status } of deployment?.hooks ?? []) {
      if (status === 'AWAITING_ACTION') await insist('ContinueServiceDeployment', { serviceDeploymentArn: deployment!.arn, hookId, action: action() });
    }
  };

  const onShift = async (): Promise<void> => {
    const name = pick(SHIFTS.filter((one) => serviceOf(one) !== undefined));
    const dice = random.next();
    if (name === undefined || dice < 0.1) {
      await insist('DeleteService', { cluster: 'default', service: 'svc-pause', force: true });
      return createShift();
    }
    if (dice < 0.25) return update(name, { desiredCount: count(4) });
    if (dice < 0.5) return update(name, { taskDefinition: any(name), forceNewDeployment: true });
    if (dice < 0.6) return update(name, { deploymentConfiguration: shift() });
    if (dice < 0.65) return update(name, { deploymentConfiguration: { strategy: 'ROLLING', minimumHealthyPercent: 50, ...breaker() }, forceNewDeployment: true });
    if (dice < 0.85) return continueShift(name, () => pick(['CONTINUE', 'CONTINUE', 'ROLLBACK']));
    const deployment = deploymentOf(name);
    if (deployment !== undefined) await insist('StopServiceDeployment', { serviceDeploymentArn: deployment.arn, stopType: pick(['ABORT', 'ROLLBACK']) });
  };

  const onDaemon = (): Promise<void> => {
    const dice = random.next();
    if (dice < 0.3) return update('svc-daemon', { deploymentConfiguration: breaker() });
    return update('svc-daemon', { taskDefinition: any('svc-daemon'), forceNewDeployment: true });
  };

  const onExternal = (): Promise<void> => {
    const dice = random.next();
    const sets = [...(store()?.all(taskSets) ?? [])];
    if (dice < 0.2) return update('svc-external', { desiredCount: count(4) });
    if (dice < 0.45 || sets.length === 0) return createSet();
    const taskSet = pick(sets).id;
    if (dice < 0.65) return insist('UpdateTaskSet', { ...EXTERNAL, taskSet, scale: { value: pick([0, 10, 50, 100]), unit: 'PERCENT' } });
    if (dice < 0.85) return insist('UpdateServicePrimaryTaskSet', { ...EXTERNAL, primaryTaskSet: taskSet });
    return insist('DeleteTaskSet', { ...EXTERNAL, taskSet, force: true });
  };

  const onTask = async (): Promise<void> => {
    const own = [...(store()?.all(tasks) ?? [])].filter((task) => task.serviceName !== undefined && task.lastStatus !== 'STOPPED');
    if (own.length > 0) await insist('UpdateTaskProtection', { cluster: 'default', tasks: [pick(own).arn], protectionEnabled: random.next() < 0.8, expiresInMinutes: 1 });
  };

  return {
    async create() {
      await createShift();
      await insist('CreateService', { cluster: 'default', serviceName: 'svc-daemon', taskDefinition: good('svc-daemon'), schedulingStrategy: 'DAEMON', deploymentConfiguration: breaker() });
      await insist('CreateService', { cluster: 'default', serviceName: 'svc-external', desiredCount: 1 + count(2), deploymentController: { type: 'EXTERNAL' } });
      await createSet();
    },
    request: () => pick([onShift, onShift, onDaemon, onExternal, onTask])(),
    async repair() {
      if (serviceOf('svc-pause')?.status !== 'ACTIVE') await createShift();
      for (const name of [...SHIFTS, 'svc-daemon']) {
        await continueShift(name, () => 'CONTINUE');
        const [service, deployment] = [serviceOf(name), deploymentOf(name)];
        if (service === undefined || deployment === undefined) continue;
        const bad = BAD.some((image) => service.spec.taskDefinitionArn.includes(`-${image}:`));
        const failed = deployment.status === 'STOPPED' || deployment.status === 'ROLLBACK_FAILED';
        if (failed || bad) await update(name, { taskDefinition: familyOf(name, GOOD[0]), forceNewDeployment: true });
      }
    },
    async deleteAll() {
      for (const service of ['svc-pause', 'svc-daemon', 'svc-external']) await insist('DeleteService', { cluster: 'default', service, force: true });
    },
  };
}
