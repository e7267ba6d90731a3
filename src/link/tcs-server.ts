// The control plane's end of one TCS connection: takes metrics and health, acknowledges each, keeps the connection alive.
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/logger.ts';
import type { Channel } from './channel.ts';
import { decodeAgentToTcs, encodeFrame } from './codec.ts';
import type { FrameOf } from './codec.ts';
import type { AgentToTcs, TcsToAgent } from './messages.ts';

export interface TcsSessionOptions {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly log: Logger;
  readonly heartbeatMs?: number;
  readonly silenceMs?: number;
  readonly onMetrics: (request: AgentToTcs['PublishMetricsRequest']) => void;
  readonly onHealth: (request: AgentToTcs['PublishHealthRequest']) => void;
  readonly onInstanceStatus: (request: AgentToTcs['PublishInstanceStatusRequest']) => void;
  /** Once, whoever closed it. */
  readonly onClosed: () => void;
}

export interface TcsSession {
  close(code?: number, reason?: string): void;
}

export function openTcsSession(options: TcsSessionOptions): TcsSession {
  const { channel, clock, log } = options;
  const heartbeatMs = options.heartbeatMs ?? 45_000;
  const silenceMs = options.silenceMs ?? 180_000;
  let heardAt = clock.now();
  let closed = false;
  let timer: Timer | undefined;

  const send = <Type extends keyof TcsToAgent & string>(type: Type, message: TcsToAgent[Type]): void => {
    if (!closed) channel.send(encodeFrame<TcsToAgent, Type>(type, message));
  };
  const end = (): void => {
    if (closed) return;
    closed = true;
    timer?.cancel();
    options.onClosed();
  };
  const close = (code = 1000, reason = ''): void => {
    if (closed) return;
    channel.close(code, reason);
    end();
  };
  const beat = (): void => {
    if (clock.now() - heardAt >= silenceMs) return close(1001, 'agent is silent');
    send('HeartbeatMessage', { healthy: true });
    timer = clock.after(heartbeatMs, beat);
  };

  channel.onClose = end;
  channel.onMessage = (text) => {
    if (closed) return;
    heardAt = clock.now();
    const decoded = decodeAgentToTcs(text);
    if (!decoded.ok) {
      log.warn('telemetry frame passed over', { error: decoded.error });
      if (decoded.kind === 'malformed') close(1008, `malformed frame: ${decoded.error}`);
      return;
    }
    try {
      take(decoded.frame);
    } catch (error) {
      // Members deep inside are not checked when the frame is read.
      log.warn('telemetry frame not understood', { type: decoded.frame.type, error: String(error) });
      close(1008, `malformed frame: ${decoded.frame.type}`);
    }
  };

  const take = (frame: FrameOf<AgentToTcs>): void => {
    switch (frame.type) {
      case 'PublishMetricsRequest':
        options.onMetrics(frame.message);
        return send('AckPublishMetric', {});
      case 'PublishHealthRequest':
        options.onHealth(frame.message);
        return send('AckPublishHealth', {});
      case 'PublishInstanceStatusRequest':
        options.onInstanceStatus(frame.message);
        return send('AckPublishInstanceStatus', {});
    }
  };
  timer = clock.after(heartbeatMs, beat);
  return { close };
}
