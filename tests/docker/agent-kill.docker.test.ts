// kill -9 of the agent at random moments while tasks start, run and end: nothing is lost, nothing happens twice.
import assert from 'node:assert/strict';
import { execFileSync, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLUSTER, payloadTask } from '#agent/agent.fixture.ts';
import { NAMESPACES } from '#agent/network/linux-interfaces.ts';
import { taskId } from '#agent/spec/names.ts';
import { vpcNetworkName } from '#agent/spec/network.ts';
import { seededRandom } from '#base/random.ts';
import type { SubmitTaskRequest } from '#link/agent-api.ts';
import type { PayloadElasticNetworkInterface, PayloadTask } from '#link/messages.ts';
import { removeVpcNetwork } from '#tests/support/own-network.ts';
import { randomMoment, waitFor } from '#tests/support/wait-for.ts';
import { ensureTestImage } from './agent-image.ts';
import { busybox, shell } from './agent-world.ts';

const KILLS = 14;
const SEED = Number(process.env['LONGSHORE_SEED'] ?? process.pid);
const INSTANCE = 'arn:aws:ecs:us-east-1:000000000000:container-instance/default/0123456789abcdef0123456789abcdef';

test(`${KILLS} kills (seed ${SEED}): every task runs once and every exit is reported`, { timeout: 240_000 }, async (t) => {
  ensureTestImage();
  const folder = mkdtempSync(join(tmpdir(), 'longshore-kill-'));
  const random = seededRandom(SEED);
  const plane = new KillPlane(folder);
  const run = String(SEED).padStart(12, '0');
  const tasks = Array.from({ length: KILLS }, (_, index) => taskOf(run, index, folder));
  t.after(() => {
    plane.child?.kill('SIGKILL');
    const left = execFileSync('docker', ['ps', '-aq', '--filter', 'label=longshore.agent', '--filter', `name=kill${run}`], { encoding: 'utf8' }).split('\n').filter(Boolean);
    if (left.length > 0) execFileSync('docker', ['rm', '-f', ...left], { stdio: 'ignore' });
    removeVpcNetwork(vpcNetworkName(VPC));
    rmSync(folder, { recursive: true, force: true });
  });

  plane.start();
  for (const task of tasks) {
    plane.order(task);
    await randomMoment(random, 900);
    plane.kill();
    if (random.next() < 0.5) await randomMoment(random, 600);
    plane.start();
  }
  for (const [index, task] of tasks.entries()) {
    const last = await waitFor(`task ${index} STOPPED`, () => plane.reports.findLast((r) => r.task === task.arn && r.status === 'STOPPED'), { timeoutMs: 30_000 }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${plane.account(task)}`, { cause: error });
    });
    assert.equal(last.containers?.find((c) => c.containerName === 'app')?.exitCode, 10 + index, `task ${index}: ${JSON.stringify(last)}`);
    assert.ok(plane.reports.some((r) => r.task === task.arn && r.status === 'RUNNING'), `task ${index} was never RUNNING`);
    assert.equal(readFileSync(join(folder, `started-${index}`), 'utf8'), 'x\n', `task ${index} ran more than once`);
  }
  const namespaces = (): string[] => readdirSync(NAMESPACES).filter((name) => tasks.some((task) => name.endsWith(taskId(task.arn))));
  await waitFor('no namespace left', () => namespaces().length === 0, { timeoutMs: 30_000 });
  await waitFor('nothing left', () => execFileSync('docker', ['ps', '-aq', '--filter', `name=kill${run}`], { encoding: 'utf8' }) === '', { timeoutMs: 30_000 });
});

/** Some have an init container, all end by themselves with a code of their own. */
function taskOf(run: string, index: number, folder: string): PayloadTask {
  const out = { mountPoints: [{ sourceVolume: 'out', containerPath: '/out', readOnly: false }] };
  const app = busybox('app', {
    ...out, command: shell(`echo x >> /out/started-${index}; sleep ${0.2 + (index % 4) * 0.4}; exit ${10 + index}`),
    ...(index % 3 === 0 && { dependsOn: [{ containerName: 'init', condition: 'SUCCESS' as const }] }),
  });
  const init = busybox('init', { essential: false, command: ['true'] });
  return payloadTask(`${run}${String(index).padStart(4, '0')}`, {
    ...(index % 2 === 1 && { networkMode: 'awsvpc', elasticNetworkInterfaces: [interfaceOf(index)] }),
    family: `kill${run}`, cpu: 0.5, memory: 128, taskClusterArn: CLUSTER,
    containers: index % 3 === 0 ? [app, init] : [app],
    volumes: [{ name: 'out', type: 'host', host: { sourcePath: folder } }],
  });
}

const OCTET = 1 + (process.pid % 250);
const VPC = `vpc-kill${process.pid}`;

function interfaceOf(index: number): PayloadElasticNetworkInterface {
  return {
    attachmentArn: `arn:aws:ecs:us-east-1:000000000000:attachment/kill-${index}`, ec2Id: `eni-kill${index}`, macAddress: `02:00:0a:fb:${OCTET.toString(16).padStart(2, '0')}:${(index + 16).toString(16)}`,
    ipv4Addresses: [{ primary: true, privateAddress: `10.251.${OCTET}.${index + 16}` }], subnetGatewayIpv4Address: `10.251.${OCTET}.1/24`,
    vpcId: VPC, vpcCidrBlock: `10.251.${OCTET}.0/24`, subnetId: 'subnet-1', securityGroupIds: [],
  };
}

/** Sends what was not acknowledged again on every connection, as the control plane does. */
class KillPlane {
  readonly reports: SubmitTaskRequest[] = [];
  child: ChildProcess | undefined;
  readonly #folder: string;
  readonly #unacknowledged = new Map<string, PayloadTask>();
  #seqNum = 1;
  #connected = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  start(): void {
    const child = fork(join(import.meta.dirname, 'agent-child.ts'), [join(this.#folder, 'state')], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.child = child;
    this.#connected = false;
    child.on('message', (message: { id?: number; verb?: string; request?: unknown; channel?: string; text?: string }) => {
      if (child === this.child) this.#hear(child, message);
    });
  }

  /** What is known of a task that did not come to its end. */
  account(task: PayloadTask): string {
    const state = readFileSync(join(this.#folder, 'state', 'agent-state.jsonl'), 'utf8').split('\n').filter((line) => line.includes(task.arn) && !line.startsWith('["order')).slice(-3);
    const containers = execFileSync('docker', ['ps', '-a', '--filter', `label=com.amazonaws.ecs.task-arn=${task.arn}`, '--format', '{{.Names}} {{.Status}}'], { encoding: 'utf8' });
    return [...state, containers, JSON.stringify(this.reports.filter((r) => r.task === task.arn)), `acknowledged: ${!this.#unacknowledged.has(task.arn)}`].join('\n');
  }

  kill(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  order(task: PayloadTask): void {
    this.#unacknowledged.set(task.arn, task);
    if (this.#connected) this.#send(task);
  }

  #send(task: PayloadTask): void {
    this.#seqNum += 1;
    const message = { messageId: task.arn, clusterArn: CLUSTER, containerInstanceArn: INSTANCE, seqNum: this.#seqNum, generatedAt: 0, tasks: [task] };
    this.child?.send({ channel: 'acs', text: JSON.stringify({ type: 'PayloadMessage', message }) });
  }

  #hear(child: ChildProcess, { id, verb, request, channel, text }: { id?: number; verb?: string; request?: unknown; channel?: string; text?: string }): void {
    if (channel === 'acs' && text !== undefined) {
      const frame = JSON.parse(text) as { type: string; message: { messageId: string } };
      if (frame.type === 'AckRequest') this.#unacknowledged.delete(frame.message.messageId);
    }
    if (id === undefined) return;
    if (verb === 'submit') this.reports.push(request as SubmitTaskRequest);
    child.send({ id, value: verb === 'register' ? { containerInstanceArn: INSTANCE, attributes: [] } : undefined });
    if (verb !== 'connected' || request !== 'acs') return;
    this.#connected = true;
    setImmediate(() => {
      for (const task of this.#unacknowledged.values()) this.#send(task);
    });
  }
}
