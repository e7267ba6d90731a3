// What the containers of the simulation do, by image name.
import type { ImageScript } from '#tests/support/fake-runtime.ts';

const SCRIPTS: Readonly<Record<string, ImageScript>> = {
  'server:1': { createMs: 3, startMs: 5, stopMs: 20 },
  'stubborn:1': { startMs: 5, stopMs: 60_000 },
  'job:1': { exitAfterMs: 3_000, exitCode: 0 },
  'flash:1': { exitAfterMs: 0, exitCode: 7 },
  'crash:1': { exitAfterMs: 700, exitCode: 1 },
  'distant:1': { pullMs: 4_000, stopMs: 5 },
  'absent:1': { pullMs: 50, pullFails: 'pull access denied' },
  'broken:1': { startFails: 'exec: "nothing": executable file not found in $PATH' },
  'checked:1': { health: [{ afterMs: 1_000, health: 'healthy' }, { afterMs: 9_000, health: 'unhealthy' }] },
};

/** What a task of `checked:1` must be known to be, some time after its start; undefined while it is about to change. */
export function healthAt(runningMs: number): 'HEALTHY' | 'UNHEALTHY' | undefined {
  if (runningMs > 15_000) return 'UNHEALTHY';
  return undefined;
}

export function scriptOf(image: string): ImageScript | undefined {
  return SCRIPTS[image];
}

interface SimContainer {
  readonly name: string;
  readonly image: string;
  readonly cpu?: number;
  readonly memory?: number;
  readonly essential?: boolean;
  readonly portMappings?: readonly { readonly containerPort: number; readonly hostPort?: number }[];
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: string }[];
  readonly healthCheck?: { readonly command: readonly string[] };
}

const ec2 = (family: string, ...containerDefinitions: SimContainer[]) => ({ family, networkMode: 'bridge', containerDefinitions });
const fargate = (family: string, ...containerDefinitions: SimContainer[]) => ({
  family,
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions,
});
const app = (image: string, over: Partial<SimContainer> = {}): SimContainer => ({ name: 'app', image, cpu: 128, memory: 128, ...over });

/** RegisterTaskDefinition inputs; the launch type that each is for follows from its networkMode. */
export const DEFINITIONS = [
  ec2('server', app('server:1', { portMappings: [{ containerPort: 80 }] })),
  ec2('fixed-port', app('server:1', { portMappings: [{ containerPort: 80, hostPort: 8080 }] })),
  ec2('stubborn', app('stubborn:1')),
  ec2('job', app('job:1')),
  ec2('flash', app('flash:1', { cpu: 512 })),
  ec2('crash', app('crash:1')),
  ec2('absent', app('absent:1')),
  ec2('broken', app('broken:1')),
  ec2('pair', app('server:1'), { name: 'side', image: 'job:1', cpu: 64, memory: 64, essential: false }),
  ec2('ordered', { name: 'first', image: 'flash:1', memory: 64, essential: false }, app('server:1', { dependsOn: [{ containerName: 'first', condition: 'COMPLETE' }] })),
  fargate('web', { name: 'app', image: 'server:1' }),
  fargate('distant', { name: 'app', image: 'distant:1' }),
  fargate('task', { name: 'app', image: 'job:1' }),
  fargate('checked', { name: 'app', image: 'checked:1', healthCheck: { command: ['CMD-SHELL', 'true'] } }),
  fargate('two', { name: 'app', image: 'server:1' }, { name: 'side', image: 'server:1', essential: false }),
] as const;
