// The users of services: they create some, scale, deploy good and bad versions, stop tasks and deployments, and insist.
import { delay } from '#base/clock.ts';
import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import { serviceDeployments, services } from '#model/service.ts';
import { tasks } from '#model/task.ts';
import type { Reader } from '#store/store.ts';
import type { Call } from './rpc.ts';
import { GROUPS, RULE } from './service-balancer.ts';
import { openOddUsers } from './service-odd-users.ts';

export interface ServiceWorkloadOptions {
  readonly call: Call;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: () => Reader | undefined;
  readonly subnets: () => readonly string[];
  readonly note: (what: string) => void;
  /** Decides for users of the rarer kinds of services; undefined: there are none. */
  readonly oddRandom?: Random | undefined;
}

export interface ServiceWorkload {
  create(): Promise<void>;
  /** One random request. */
  request(): Promise<void>;
  /** Whatever was left failed gets a version that works. */
  repair(): Promise<void>;
  deleteAll(): Promise<void>;
  isBad(taskDefinitionArn: string): boolean;
}

/** Two versions that work and two that do not, for each way to register. */
const VERSIONS = { good: ['server:1', 'distant:1'], bad: ['absent:1', 'crash:1'] } as const;
const KINDS = ['host', 'plain', 'ip', 'shift'] as const;
type Kind = (typeof KINDS)[number];

export function openServiceWorkload({ call, clock, random, store, subnets, note, oddRandom }: ServiceWorkloadOptions): ServiceWorkload {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)]!;
  const made: { readonly name: string; readonly kind: Kind }[] = [];

  /** Until it is answered, by whatever answer. */
  const insist = async (operation: string, input: Record<string, unknown>): Promise<any> => {
    for (;;) {
      try {
        const answer = await call(operation, input);
        note(`${operation} ${String(input['service'] ?? input['serviceName'] ?? input['task'] ?? '').slice(-6)}: ok`);
        return answer;
      } catch (error) {
        const text = String(error);
        if (!/ECONNREFUSED|connection reset/.test(text)) {
          note(`${operation} ${String(input['service'] ?? input['serviceName'] ?? '')}: ${text}`);
          return undefined;
        }
        await delay(clock, 200 + random.next() * 1_000);
      }
    }
  };

  const odd = oddRandom && openOddUsers({ insist, random: oddRandom, store });

  const definitionOf = (kind: Kind, image: string): string => `${kind === 'ip' || kind === 'shift' ? 'net' : 'bridge'}-${image.split(':')[0]}`;
  const register = async (family: string, image: string, awsvpc: boolean): Promise<void> => {
    const container = { name: 'app', image, ...(awsvpc ? {} : { cpu: 128, memory: 128 }), portMappings: [{ containerPort: 80 }] };
    const extra = awsvpc ? { networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512' } : { networkMode: 'bridge' };
    await insist('RegisterTaskDefinition', { family, containerDefinitions: [container], ...extra });
  };

  const configuration = (kind: Kind): object => {
    if (kind === 'shift') {
      const strategy = pick(['BLUE_GREEN', 'CANARY', 'LINEAR']);
      return {
        strategy,
        bakeTimeInMinutes: 0,
        ...(strategy === 'CANARY' && { canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: pick([0, 1]) } }),
        ...(strategy === 'LINEAR' && { linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: pick([0, 1]) } }),
      };
    }
    const [minimumHealthyPercent, maximumPercent] = pick([[100, 200], [50, 200], [0, 100], [75, 200]] as const);
    return { minimumHealthyPercent, maximumPercent, deploymentCircuitBreaker: { enable: true, rollback: true } };
  };

  const loadBalancers = (kind: Kind): object[] => {
    if (kind === 'plain') return [];
    const where = { containerName: 'app', containerPort: 80 };
    if (kind === 'host') return [{ ...where, targetGroupArn: GROUPS.instance }];
    const advancedConfiguration = { alternateTargetGroupArn: GROUPS.green, productionListenerRule: RULE, roleArn: 'arn:aws:iam::000000000000:role/ecs' };
    return [{ ...where, targetGroupArn: GROUPS.ip, ...(kind === 'shift' && { advancedConfiguration }) }];
  };

  const update = async (name: string, change: Record<string, unknown>): Promise<void> => void (await insist('UpdateService', { cluster: 'default', service: name, ...change }));

  const isBad = (arn: string): boolean => VERSIONS.bad.some((image) => arn.includes(`-${image.split(':')[0]}:`));

  return {
    isBad,
    async create() {
      for (const image of [...VERSIONS.good, ...VERSIONS.bad]) {
        await register(`bridge-${image.split(':')[0]}`, image, false);
        await register(`net-${image.split(':')[0]}`, image, true);
      }
      const kinds = new Set([pick(KINDS), pick(KINDS)]);
      for (const kind of kinds) {
        const net = kind === 'ip' || kind === 'shift';
        const name = `svc-${kind}`;
        made.push({ name, kind });
        await insist('CreateService', {
          cluster: 'default',
          serviceName: name,
          taskDefinition: definitionOf(kind, pick(VERSIONS.good)),
          desiredCount: 1 + Math.floor(random.next() * 4),
          launchType: net ? 'FARGATE' : 'EC2',
          ...(net && { networkConfiguration: { awsvpcConfiguration: { subnets: subnets() } } }),
          loadBalancers: loadBalancers(kind),
          deploymentConfiguration: configuration(kind),
          healthCheckGracePeriodSeconds: kind === 'plain' ? undefined : pick([0, 5]),
        });
      }
      await odd?.create();
    },
    async request() {
      if (odd && oddRandom.next() < 0.6) return odd.request();
      const one = pick(made);
      if (one === undefined) return;
      const { name, kind } = one;
      const dice = random.next();
      if (dice < 0.25) return update(name, { desiredCount: Math.floor(random.next() * 6) });
      if (dice < 0.5) return update(name, { taskDefinition: definitionOf(kind, pick(VERSIONS.good)), forceNewDeployment: true });
      // A shift has no circuit breaker: only somebody who looks ends it.
      if (dice < 0.65) return update(name, { taskDefinition: definitionOf(kind, pick(kind === 'shift' ? VERSIONS.good : VERSIONS.bad)) });
      const reader = store();
      if (dice < 0.85) {
        const own = [...(reader?.all(tasks) ?? [])].filter((task) => task.serviceName !== undefined && task.lastStatus !== 'STOPPED');
        if (own.length > 0) await insist('StopTask', { cluster: 'default', task: pick(own).arn });
        return;
      }
      const open = [...(reader?.all(serviceDeployments) ?? [])].filter((d) => d.status === 'IN_PROGRESS');
      if (open.length > 0) await insist('StopServiceDeployment', { serviceDeploymentArn: pick(open).arn, stopType: 'ROLLBACK' });
    },
    async repair() {
      for (const { name, kind } of made) {
        const service = [...(store()?.all(services) ?? [])].find((s) => s.name === name);
        const status = service?.currentDeploymentArn === undefined ? undefined : store()?.get(serviceDeployments, service.currentDeploymentArn)?.status;
        // A version deployed while the desired count was 0 has succeeded without a single task, and may be rolled back to.
        const untried = (status === 'SUCCESSFUL' || status === 'ROLLBACK_SUCCESSFUL') && service !== undefined && isBad(service.spec.taskDefinitionArn);
        if (untried || status === 'STOPPED' || status === 'ROLLBACK_FAILED') await update(name, { taskDefinition: definitionOf(kind, VERSIONS.good[0]), forceNewDeployment: true });
      }
      await odd?.repair();
    },
    async deleteAll() {
      await odd?.deleteAll();
      for (const { name } of made) await insist('DeleteService', { cluster: 'default', service: name, force: true });
    },
  };
}
