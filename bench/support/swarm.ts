// Docker Swarm as a peer: services through the docker client, asked for their state rather than waited for (the client's own
// wait adds five seconds).
import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

export function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 }).trim();
}

/** Runs `use` while this engine is a swarm of one. */
export async function withSwarm<T>(use: () => Promise<T>): Promise<T> {
  docker('swarm', 'init', '--advertise-addr', '127.0.0.1');
  try {
    return await use();
  } finally {
    docker('swarm', 'leave', '--force');
  }
}

/** Tasks of a service that run now. */
export function runningTasks(name: string): number {
  return docker('service', 'ps', name, '--filter', 'desired-state=running', '--format', '{{.CurrentState}}').split('\n').filter((state) => state.startsWith('Running')).length;
}

/** Milliseconds until `replicas` tasks of a new service run. */
export async function createService(name: string, replicas: number, image: string, ...options: string[]): Promise<number> {
  const before = performance.now();
  docker('service', 'create', '-d', '--name', name, '--replicas', String(replicas), ...options, image);
  while (runningTasks(name) < replicas) await wait(100);
  return performance.now() - before;
}

/** Removes a service and waits until its containers are gone. */
export async function removeService(name: string): Promise<void> {
  docker('service', 'rm', name);
  while (docker('ps', '-aq', '--filter', `label=com.docker.swarm.service.name=${name}`) !== '') await wait(100);
}
