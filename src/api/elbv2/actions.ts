// Actions of listeners and rules: read from requests, checked, and shown again.
import type { Action, ForwardTarget, LoadBalancer, TargetGroup } from '#model/load-balancer.ts';
import type { Reader } from '#store/store.ts';
import { AwsError } from '#wire/aws-error.ts';
import type { ApiContext } from '../context.ts';
import { invalidConfiguration, unsupportedFeature, validationError } from './errors.ts';
import { getTargetGroup, loadBalancersOf } from './find.ts';
import type { Action as AwsAction, Shape } from './shapes.ts';

const FORWARD_GROUPS_MAX = 5;

/** Where the actions are to stand. */
export interface ActionPlace {
  readonly loadBalancer: LoadBalancer;
  readonly protocol: string;
}

/** Throws ValidationError, InvalidLoadBalancerAction, IncompatibleProtocols, TargetGroupNotFound, TargetGroupAssociationLimit… */
export function parseActions(reader: Reader, ctx: ApiContext, input: readonly Shape<AwsAction>[] | undefined, place: ActionPlace): Action[] {
  if (input === undefined || input.length === 0) throw validationError('At least one action must be specified');
  const supported = ['forward', 'redirect', 'fixed-response'];
  for (const { Type: type = '' } of input) {
    if (['authenticate-oidc', 'authenticate-cognito', 'jwt-validation'].includes(type)) throw unsupportedFeature(`actions of type ${type}`);
    if (!supported.includes(type)) throw validationError(`1 validation error detected: Value '${type}' at 'actions.1.member.type' failed to satisfy constraint: Member must satisfy enum value set: [${supported.join(', ')}]`);
  }
  if (input.length > 1) throw new AwsError('InvalidLoadBalancerAction', 'You must specify exactly one of forward, redirect or fixed-response as the last action');
  const [action] = input as [Shape<AwsAction>];
  const order = action.Order ?? 1;
  if (order < 1 || order > 50_000) throw validationError(`Action order '${order}' must be between '1' and '50000'`);
  if (action.Type !== 'forward' && place.loadBalancer.type === 'network') throw new AwsError('InvalidLoadBalancerAction', `Actions of type '${action.Type}' are not supported for network load balancers`);
  if (action.Type === 'redirect') return [parseRedirect(action, order, place.protocol)];
  if (action.Type === 'fixed-response') return [parseFixedResponse(action, order)];
  return [parseForward(reader, ctx, action, order, place)];
}

function parseForward(reader: Reader, ctx: ApiContext, action: Shape<AwsAction>, order: number, place: ActionPlace): Action {
  const config = action.ForwardConfig;
  const tuples = config?.TargetGroups ?? [];
  if (action.TargetGroupArn !== undefined && tuples.length > 0 && (tuples.length > 1 || tuples[0]!.TargetGroupArn !== action.TargetGroupArn)) {
    throw validationError('You cannot specify both a target group ARN and a forward configuration with other target groups');
  }
  const asked = tuples.length > 0 ? tuples : [{ TargetGroupArn: action.TargetGroupArn, Weight: undefined }];
  if (asked[0]!.TargetGroupArn === undefined) throw validationError('A target group ARN must be specified');
  if (asked.length > FORWARD_GROUPS_MAX) throw new AwsError('TooManyTargetGroups', `The maximum number of target groups per forward action is ${FORWARD_GROUPS_MAX}`);
  if (asked.length > 1 && place.loadBalancer.type === 'network') throw unsupportedFeature('several target groups on a listener of a network load balancer');
  const targets = asked.map((tuple): ForwardTarget => ({ targetGroupArn: tuple.TargetGroupArn ?? '', weight: tuple.Weight ?? 1 }));
  if (new Set(targets.map((target) => target.targetGroupArn)).size !== targets.length) throw validationError('A target group can be specified only once per forward action');
  for (const target of targets) {
    if (!Number.isInteger(target.weight) || target.weight < 0 || target.weight > 999) throw validationError(`Target group weight '${target.weight}' must be between '0' and '999'`);
    checkGroup(reader, getTargetGroup(reader, ctx, target.targetGroupArn), place);
  }
  return { type: 'forward', order, targets, ...parseGroupStickiness(config?.TargetGroupStickinessConfig) };
}

function parseGroupStickiness(config: { readonly Enabled?: boolean | undefined; readonly DurationSeconds?: number | undefined } | undefined): { stickinessSeconds?: number } {
  if (config?.Enabled !== true) return {};
  const seconds = config.DurationSeconds;
  if (seconds === undefined) throw validationError('A duration must be specified when target group stickiness is enabled');
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 604_800) throw validationError(`Target group stickiness duration '${seconds}' must be between '1' and '604800'`);
  return { stickinessSeconds: seconds };
}

function checkGroup(reader: Reader, group: TargetGroup, { loadBalancer, protocol }: ActionPlace): void {
  const isHttp = (name: string): boolean => name === 'HTTP' || name === 'HTTPS';
  if (isHttp(protocol) !== isHttp(group.protocol)) {
    throw new AwsError('IncompatibleProtocols', `The listener and its associated target group '${group.arn}' have incompatible protocols: '${protocol}' and '${group.protocol}'`);
  }
  if (protocol === 'HTTP' && (group.protocolVersion ?? 'HTTP1') !== 'HTTP1') {
    throw invalidConfiguration(`Listener protocol 'HTTP' is not supported with a target group with the protocol-version '${group.protocolVersion}'`);
  }
  if (group.vpcId !== loadBalancer.vpcId) {
    throw invalidConfiguration(`The following target groups are not in the same VPC as the load balancer: '${group.arn}'`);
  }
  const others = loadBalancersOf(reader, group.arn).filter((arn) => arn !== loadBalancer.arn);
  // ELB lets an ALB's group belong to one load balancer only.
  if (others.length > 0) {
    throw new AwsError('TargetGroupAssociationLimit', `The following target groups cannot be associated with more than one load balancer: ${group.arn}`);
  }
}

function parseRedirect(action: Shape<AwsAction>, order: number, listenerProtocol: string): Action {
  const config = action.RedirectConfig;
  if (config === undefined) throw new AwsError('InvalidLoadBalancerAction', "For actions of type 'redirect', you must specify the following fields: 'RedirectConfig'");
  const statusCode = config.StatusCode;
  if (statusCode !== 'HTTP_301' && statusCode !== 'HTTP_302') throw validationError(`Redirect status code '${statusCode ?? ''}' must be one of HTTP_301, HTTP_302`);
  const { Protocol: protocol = '#{protocol}', Port: port = '#{port}', Host: host = '#{host}', Path: path = '/#{path}', Query: query = '#{query}' } = config;
  if (!['HTTP', 'HTTPS', '#{protocol}'].includes(protocol)) throw validationError(`Redirect protocol '${protocol}' must be one of HTTP, HTTPS, #{protocol}`);
  if (port !== '#{port}' && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) throw validationError(`Redirect port '${port}' must be between 1 and 65535 or #{port}`);
  if (host === '' || host.length > 128) throw validationError('Redirect host must have length between 1 and 128');
  if (!path.startsWith('/') || path.length > 128) throw validationError(`Redirect path '${path}' must start with '/' and have length between 1 and 128`);
  if (query.length > 128) throw validationError('Redirect query must have length less than or equal to 128');
  for (const part of [host, path, query]) if (/[^\x20\x21\x23-\x5b\x5d-\x7e]/.test(part)) throw validationError('Redirect configuration contains characters that are not allowed');
  if (protocol === 'HTTP' && listenerProtocol === 'HTTPS') throw validationError('You cannot redirect HTTPS to HTTP');
  if (protocol === '#{protocol}' && port === '#{port}' && host === '#{host}' && path === '/#{path}' && query === '#{query}') {
    throw new AwsError('InvalidLoadBalancerAction', 'The redirect configuration is not valid because it creates a loop.');
  }
  return { type: 'redirect', order, protocol, port, host, path, query, statusCode };
}

const CONTENT_TYPES = ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'];

function parseFixedResponse(action: Shape<AwsAction>, order: number): Action {
  const config = action.FixedResponseConfig;
  if (config === undefined) throw new AwsError('InvalidLoadBalancerAction', "For actions of type 'fixed-response', you must specify the following fields: 'FixedResponseConfig'");
  const { StatusCode: statusCode = '', ContentType: contentType, MessageBody: messageBody } = config;
  if (!/^(2|4|5)\d\d$/.test(statusCode)) throw validationError(`Fixed response status code '${statusCode}' must be 2XX, 4XX or 5XX`);
  if (contentType !== undefined && !CONTENT_TYPES.includes(contentType)) throw validationError(`Fixed response content type '${contentType}' must be one of ${CONTENT_TYPES.join(', ')}`);
  if ((messageBody ?? '').length > 1024) throw validationError('Fixed response message body must have length less than or equal to 1024');
  return { type: 'fixed-response', order, statusCode, ...(contentType === undefined ? {} : { contentType }), ...(messageBody === undefined ? {} : { messageBody }) };
}

export function viewActions(actions: readonly Action[]): AwsAction[] {
  return actions.map((action): AwsAction => {
    if (action.type === 'redirect') {
      const { protocol: Protocol, port: Port, host: Host, path: Path, query: Query, statusCode: StatusCode } = action;
      return { Type: 'redirect', Order: action.order, RedirectConfig: { Protocol, Port, Host, Path, Query, StatusCode } };
    }
    if (action.type === 'fixed-response') {
      return { Type: 'fixed-response', Order: action.order, FixedResponseConfig: { StatusCode: action.statusCode, ContentType: action.contentType ?? 'text/plain', MessageBody: action.messageBody } };
    }
    const seconds = action.stickinessSeconds;
    return {
      Type: 'forward',
      Order: action.order,
      ...(action.targets.length === 1 ? { TargetGroupArn: action.targets[0]!.targetGroupArn } : {}),
      ForwardConfig: {
        TargetGroups: action.targets.map(({ targetGroupArn, weight }) => ({ TargetGroupArn: targetGroupArn, Weight: weight })),
        TargetGroupStickinessConfig: { Enabled: seconds !== undefined, ...(seconds === undefined ? {} : { DurationSeconds: seconds }) },
      },
    };
  });
}
