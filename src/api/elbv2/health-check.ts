// Settings of a target group's health check: defaults and limits by the group's protocol.
import type { HealthCheckSettings } from '#model/load-balancer.ts';
import { validationError } from './errors.ts';
import type { CreateTargetGroupInput, Shape } from './shapes.ts';

type Input = Pick<
  Shape<CreateTargetGroupInput>,
  'HealthCheckEnabled' | 'HealthCheckIntervalSeconds' | 'HealthCheckPath' | 'HealthCheckPort' | 'HealthCheckProtocol' | 'HealthCheckTimeoutSeconds' | 'HealthyThresholdCount' | 'Matcher' | 'UnhealthyThresholdCount'
>;

interface Group {
  readonly protocol: string;
  readonly protocolVersion: string | undefined;
}

/** What a new group of this protocol begins with. */
export function initialHealthCheck({ protocol, protocolVersion }: Group, input: Input): HealthCheckSettings {
  const isHttpGroup = protocol === 'HTTP' || protocol === 'HTTPS';
  const checkProtocol = input.HealthCheckProtocol ?? (isHttpGroup ? 'HTTP' : 'TCP');
  const isHttpCheck = checkProtocol === 'HTTP' || checkProtocol === 'HTTPS';
  return {
    enabled: true,
    protocol: checkProtocol,
    port: 'traffic-port',
    intervalSeconds: 30,
    timeoutSeconds: isHttpGroup ? 5 : isHttpCheck ? 6 : 10,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    ...(isHttpCheck ? { path: protocolVersion === 'GRPC' ? '/AWS.ALB/healthcheck' : '/', matcher: isHttpGroup ? '200' : '200-399' } : {}),
  };
}

/** The settings with those of a request. Throws ValidationError. */
export function changeHealthCheck(before: HealthCheckSettings, group: Group, input: Input): HealthCheckSettings {
  const protocol = input.HealthCheckProtocol ?? before.protocol;
  if (!['HTTP', 'HTTPS', 'TCP'].includes(protocol)) throw validationError(`Health check protocol '${protocol}' must be one of HTTP, HTTPS, TCP`);
  const isHttpGroup = group.protocol === 'HTTP' || group.protocol === 'HTTPS';
  if (isHttpGroup && protocol === 'TCP') throw validationError("Health check protocol 'TCP' is not supported for target groups with protocol HTTP or HTTPS");
  const isHttp = protocol !== 'TCP';
  const base = isHttp && before.path === undefined ? { ...before, path: '/', matcher: '200-399' } : before;
  const after: HealthCheckSettings = {
    enabled: input.HealthCheckEnabled ?? base.enabled,
    protocol,
    port: input.HealthCheckPort ?? base.port,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? base.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? base.timeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount ?? base.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? base.unhealthyThreshold,
    ...(isHttp ? { path: input.HealthCheckPath ?? base.path ?? '/', matcher: input.Matcher?.HttpCode ?? base.matcher ?? '200' } : {}),
  };
  if (!isHttp && (input.HealthCheckPath !== undefined || input.Matcher?.HttpCode !== undefined)) throw validationError('Health check path and matcher are not supported for health checks with protocol TCP');
  if (input.Matcher?.GrpcCode !== undefined) throw validationError('gRPC codes are not supported: use HTTP codes');
  check(after, isHttpGroup);
  return after;
}

function check(settings: HealthCheckSettings, isHttpGroup: boolean): void {
  const within = (name: string, value: number, from: number, to: number): void => {
    if (!Number.isInteger(value) || value < from || value > to) throw validationError(`${name} '${value}' must be between '${from}' and '${to}'`);
  };
  if (!settings.enabled) throw validationError('Health check enabled must be true for target groups with target type instance or ip');
  within('Health check interval', settings.intervalSeconds, 5, 300);
  within('Health check timeout', settings.timeoutSeconds, 2, 120);
  within('Healthy threshold count', settings.healthyThreshold, 2, 10);
  within('Unhealthy threshold count', settings.unhealthyThreshold, 2, 10);
  if (settings.timeoutSeconds >= settings.intervalSeconds && isHttpGroup) throw validationError('Health check interval must be greater than the timeout.');
  if (settings.port !== 'traffic-port' && !(/^\d+$/.test(settings.port) && Number(settings.port) >= 1 && Number(settings.port) <= 65_535)) {
    throw validationError(`Health check port '${settings.port}' must be 'traffic-port' or a number between '1' and '65535'`);
  }
  const { path, matcher } = settings;
  if (path !== undefined && (!path.startsWith('/') || path.length > 1024 || !/^[\x21-\x7e]+$/.test(path))) throw validationError(`Health check path '${path}' must begin with '/' and have at most 1024 printable characters`);
  if (matcher !== undefined) checkMatcher(matcher, isHttpGroup ? 200 : 200, isHttpGroup ? 499 : 599);
}

function checkMatcher(matcher: string, from: number, to: number): void {
  for (const part of matcher.split(',')) {
    const match = /^(\d{3})(?:-(\d{3}))?$/.exec(part);
    const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match === null || low < from || high > to || low > high) throw validationError(`Health check matcher HTTP code '${matcher}' must be within '${from}-${to}'`);
  }
}
