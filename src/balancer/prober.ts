// Asks a new target itself, over and over, until it answers as its health check demands: a target serves as soon as it can.
import { request as httpRequest } from 'node:http';
import { connect as connectH2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Clock, Timer } from '#base/clock.ts';
import { matchesStatus } from '#core/balancer/matcher.ts';
import { CHECK_AGENT, isH2Group } from '#core/balancer/render-group.ts';
import type { HealthCheckSettings, Target, TargetGroup } from '#model/load-balancer.ts';

/** Between two attempts: soon at first, and never more rarely than this. */
const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 200;

export interface Probing {
  readonly startedAt: number;
  readonly succeeded: boolean;
  stop(): void;
}

/** @param onSuccess called once, when the target has answered */
export function startProbe(target: Target, group: TargetGroup, clock: Clock, onSuccess: () => void): Probing {
  const controller = new AbortController();
  const startedAt = clock.now();
  let timer: Timer | undefined;
  let succeeded = false;
  let pause = FIRST_PAUSE_MS;
  const attempt = async (): Promise<void> => {
    const ok = await probeOnce(target, group, controller.signal);
    if (controller.signal.aborted) return;
    if (ok) {
      succeeded = true;
      onSuccess();
      return;
    }
    timer = clock.after(pause, () => void attempt());
    pause = Math.min(MAX_PAUSE_MS, pause * 1.5);
  };
  void attempt();
  return {
    startedAt,
    get succeeded() {
      return succeeded;
    },
    stop() {
      controller.abort();
      timer?.cancel();
    },
  };
}

/** One health check; never rejects. */
function probeOnce(target: Target, group: TargetGroup, signal: AbortSignal): Promise<boolean> {
  const check = group.healthCheck;
  const port = check.port === 'traffic-port' ? target.port : Number(check.port);
  const timeoutMs = check.timeoutSeconds * 1000;
  const where = { host: target.address, port, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) };
  if (check.protocol !== 'HTTP' && check.protocol !== 'HTTPS') return probeTcp(where);
  if (isH2Group(group)) return probeH2(check, where);
  return new Promise((resolve) => {
    const send = check.protocol === 'HTTPS' ? httpsRequest : httpRequest;
    const options = { ...where, path: check.path ?? '/', agent: false, rejectUnauthorized: false, headers: { 'user-agent': CHECK_AGENT, connection: 'close' } };
    const req = send(options, (res) => {
      resolve(matchesStatus(check.matcher ?? '200', res.statusCode ?? 0));
      res.resume();
      res.on('error', () => {});
    });
    req.on('error', () => resolve(false));
    req.end();
  });
}

interface Where {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

function probeH2(check: HealthCheckSettings, { host, port, signal }: Where): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connectH2(`${check.protocol.toLowerCase()}://${host}:${port}`, { rejectUnauthorized: false });
    const end = (ok: boolean): void => {
      resolve(ok);
      session.destroy();
    };
    const stop = (): void => end(false);
    signal.addEventListener('abort', stop, { once: true });
    session.on('close', () => signal.removeEventListener('abort', stop));
    session.on('error', stop);
    const stream = session.request({ ':path': check.path ?? '/', 'user-agent': CHECK_AGENT });
    stream.on('response', (headers) => end(matchesStatus(check.matcher ?? '200', headers[':status'] ?? 0)));
    stream.on('error', stop);
    stream.on('close', stop);
  });
}

function probeTcp({ host, port, signal }: Where): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    socket.on('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
  });
}
