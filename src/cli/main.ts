// The operator's commands, called by ./longshore once the machine is set up: up, down, status, env, account, exec, join-token, hosts.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '#base/system/clock.ts';
import { account } from './account.ts';
import { exec } from './exec.ts';
import { loadCredentials, renderEnvironment, type Credentials } from './credentials.ts';
import { down } from './down.ts';
import { DATA_DIR, RUN_DIR } from './folders.ts';
import { OperatorError, readHealth, runningProcess } from './local-platform.ts';
import { loadRecord } from './process-record.ts';
import type { PlatformRecord } from './process-record.ts';
import { status } from './status.ts';
import { spot } from './spot.ts';
import { hosts, joinToken } from './join-token.ts';
import { installUnit, LAUNCHER, renderUnit } from './systemd.ts';
import { stayInForeground, up } from './up.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function runUp(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      foreground: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      auth: { type: 'string', default: 'strict' },
      port: { type: 'string', default: '4566' },
      listen: { type: 'string', multiple: true, default: [] },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'tls-name': { type: 'string', multiple: true, default: [] },
      'host-loss-after': { type: 'string' },
      instances: { type: 'string' },
      'scale-in-after': { type: 'string' },
      'data-dir': { type: 'string', default: DATA_DIR },
      overcommit: { type: 'string', default: '8' },
      'rate-limits': { type: 'string' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new OperatorError(`--port ${values.port}: not a port number`);
  if (values.auth !== 'strict' && values.auth !== 'relaxed') throw new OperatorError(`--auth ${values.auth}: strict or relaxed`);
  const overcommit = Number(values.overcommit);
  if (!Number.isInteger(overcommit) || overcommit < 1) throw new OperatorError(`--overcommit ${values.overcommit}: a whole number from 1`);
  const { foreground, auth } = values;
  if (values.install) return installPlatform(args);
  const more = serverArguments(values);
  const rateLimits = values['rate-limits'];
  const result = await up({ runDir: RUN_DIR, dataDir: resolve(values['data-dir']), port, more, auth, overcommit, ...(rateLimits !== undefined && { rateLimits }), foreground, say });
  if (foreground && !result.started) throw new OperatorError('already running in the background\n  do this:  ./longshore down, then up --foreground');
  say(`${result.started ? 'Longshore is up' : 'Longshore was up already'} at ${result.platform.endpoint}`);
  const { tls } = (await readHealth(result.platform.endpoint)) ?? {};
  if (tls !== undefined) say(`Other hosts join at ${tls.url}, authority SHA-256 ${tls.fingerprint}`);
  if (foreground) return await stayInForeground(RUN_DIR, say);
  for (const line of WHAT_NEXT) say(line);
  return 0;
}

/** `up --install`: a service unit that runs `up --foreground` with these arguments. */
function installPlatform(args: readonly string[]): number {
  const given = args.filter((word) => word !== '--install' && word !== '--foreground');
  installUnit('longshore', renderUnit('Longshore: Amazon ECS on this machine', [LAUNCHER, 'up', '--foreground', ...given]), say);
  return 0;
}

/** What the server takes as it is. */
function serverArguments(values: { listen: string[]; 'host-loss-after'?: string | undefined; instances?: string | undefined; 'scale-in-after'?: string | undefined; 'tls-cert'?: string | undefined; 'tls-key'?: string | undefined; 'tls-name': string[] }): string[] {
  const file = (name: 'tls-cert' | 'tls-key'): string[] => (values[name] === undefined ? [] : [`--${name}`, resolve(values[name])]);
  const given = (name: string, value: string | undefined): string[] => (value === undefined ? [] : [`--${name}`, value]);
  // A driver by its name, or the path of a command.
  const instances = values.instances === undefined || ['local', 'none'].includes(values.instances) ? values.instances : resolve(values.instances);
  return [...values.listen.flatMap((address) => ['--listen', address]), ...file('tls-cert'), ...file('tls-key'), ...values['tls-name'].flatMap((name) => ['--tls-name', name]), ...given('host-loss-after', values['host-loss-after']), ...given('scale-in-after', values['scale-in-after']), ...given('instances', instances)];
}

const WHAT_NEXT = [
  '  ./longshore aws ecs list-clusters     the AWS CLI, pointed here',
  '  eval "$(./longshore env)"             the same for every AWS tool in this shell',
  '  ./longshore status                    what runs',
  '  ./longshore down                      stop it (tasks go on running; --stop-tasks ends them too)',
];

async function runDown(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { 'stop-tasks': { type: 'boolean', default: false } } });
  await down({ runDir: RUN_DIR, dataDir: DATA_DIR, stopTasks: values['stop-tasks'], say });
  return 0;
}

function runningCredentials(): Credentials {
  const platform = loadRecord<PlatformRecord>(RUN_DIR, 'platform');
  const alive = runningProcess(RUN_DIR, 'server') !== undefined;
  const credentials = alive && platform !== undefined ? loadCredentials(platform.dataDir) : undefined;
  if (credentials === undefined) throw new OperatorError('the platform is not running\n  do this:  ./longshore up');
  return credentials;
}

function runEnv(): number {
  say(renderEnvironment(runningCredentials()));
  return 0;
}

async function run(command: string | undefined, args: string[]): Promise<number> {
  switch (command) {
    case 'up':
      return await runUp(args);
    case 'down':
      return await runDown(args);
    case 'status':
      return await status(RUN_DIR, systemClock.now(), say);
    case 'env':
      return runEnv();
    case 'account':
      return await account({ credentials: runningCredentials(), args, say });
    case 'join-token':
      return await joinToken({ credentials: runningCredentials(), args, now: systemClock.now(), say });
    case 'spot':
      return await spot({ credentials: runningCredentials(), args, say });
    case 'hosts':
      return await hosts({ credentials: runningCredentials(), args, now: systemClock.now(), say });
    case 'exec':
      return await exec({ credentials: runningCredentials(), args });
    default:
      throw new OperatorError(`unknown command: ${command ?? ''}\n  do this:  ./longshore help`);
  }
}

const [command, ...args] = process.argv.slice(2);
try {
  process.exitCode = await run(command, args);
} catch (error) {
  const known = error instanceof OperatorError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`longshore ${command ?? ''}: ${known ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
