// Which operation a request wants: by target header, RPC path, form action, or REST method and path.
import { AwsError } from './aws-error.ts';
import { parseForm } from './codec/form.ts';
import { header, queryParameter, type RequestHead } from './head.ts';
import type { Protocol } from './protocols/protocol.ts';
import type { Protocols } from './protocols/protocols.ts';
import { createRestTable, type RestTable } from './rest-table.ts';
import type { Operation, ProtocolName, Service } from './service.ts';
import type { OperationShape, Shapes } from './shape.ts';
import { peekService } from './sigv4/signature.ts';

export interface Route {
  readonly protocol: Protocol;
  readonly service: Service;
  readonly name: string;
  readonly operation: Operation;
  /** Compiled at first use: the SDK's schemas are big and mostly unused. */
  readonly shape: () => OperationShape;
  readonly form?: ReadonlyMap<string, string>;
  readonly labels?: ReadonlyMap<string, string>;
}

export interface Unrouted {
  readonly protocol: Protocol;
  readonly service: Service | undefined;
  readonly error: AwsError;
}

/** The action is in the body: read it and call routeForm. */
export interface FormPending {
  /** Most likely; for errors on the way. */
  readonly protocol: Protocol;
  readonly formPending: true;
}

export interface Router {
  routeHead(head: RequestHead): Route | Unrouted | FormPending;
  /** Throws UnreadableInput when the body is no form. */
  routeForm(head: RequestHead, body: Buffer): Route | Unrouted;
}

const RPC_PATH = /^\/service\/([^/]+)\/operation\/([^/]+)\/?$/;

/** A router over these services. Operations are looked up by own property only: names come from the network. */
export function createRouter(services: readonly Service[], protocols: Protocols, shapes: Shapes): Router {
  const byTarget = new Map<string, Service>();
  const bySigningName = new Map<string, Service>();
  const compiled = new Map<Operation, OperationShape>();
  const restTables = new Map<Service, RestTable>();
  for (const service of services) {
    if (service.targetPrefix !== undefined) byTarget.set(service.targetPrefix, service);
    for (const name of service.signingNames) if (!bySigningName.has(name)) bySigningName.set(name, service);
  }

  const shapeOf = (operation: Operation): OperationShape => {
    let shape = compiled.get(operation);
    if (shape === undefined) compiled.set(operation, (shape = shapes.operation(operation.schema)));
    return shape;
  };

  const find = (protocol: Protocol, service: Service | undefined, name: string): Route | Unrouted => {
    const operation = service !== undefined && Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
    if (service === undefined || operation === undefined) return { protocol, service, error: protocol.unknownOperation(name, service) };
    return { protocol, service, name, operation, shape: () => shapeOf(operation) };
  };

  const routeTarget = (head: RequestHead, target: string): Route | Unrouted => {
    const dot = target.lastIndexOf('.');
    const prefix = target.slice(0, Math.max(dot, 0));
    // botocore names CloudTrail by a longer prefix, which ends as the SDK's does.
    const service = byTarget.get(prefix) ?? byTarget.get(prefix.slice(prefix.lastIndexOf('.') + 1));
    const contentType = header(head, 'content-type');
    const declared: ProtocolName = service?.protocol === 'awsJson1_0' ? 'awsJson1_0' : 'awsJson1_1';
    const name = contentType === undefined ? declared : contentType.startsWith('application/x-amz-json-1.0') ? 'awsJson1_0' : contentType.startsWith('application/x-amz-json-1.1') ? 'awsJson1_1' : declared;
    return find(protocols[name], service, target.slice(dot + 1));
  };

  const routeRpc = (head: RequestHead): Route | Unrouted => {
    const match = RPC_PATH.exec(head.path);
    if (match === null || head.method !== 'POST') return { protocol: protocols.rpcv2Cbor, service: undefined, error: protocols.rpcv2Cbor.unknownOperation('', undefined) };
    return find(protocols.rpcv2Cbor, byTarget.get(match[1] as string), match[2] as string);
  };

  const routeRest = (head: RequestHead): Route | Unrouted => {
    const scope = peekService(head);
    const service = scope === undefined ? undefined : bySigningName.get(scope);
    const protocol = service?.protocol === 'restXml' ? protocols.restXml : protocols.restJson1;
    if (service === undefined || (service.protocol !== 'restJson1' && service.protocol !== 'restXml')) return unknownPath(protocol, service);
    let table = restTables.get(service);
    if (table === undefined) restTables.set(service, (table = createRestTable(service, shapeOf)));
    const match = table.match(head);
    if (match === undefined) return unknownPath(protocol, service);
    const { operation, name, labels } = match;
    return { protocol, service, name, operation, labels, shape: () => shapeOf(operation) };
  };

  const routeOwn = (service: Service, found: ReturnType<NonNullable<Service['route']>>): Route | Unrouted => {
    const route = find(service.protocol === 'restXml' ? protocols.restXml : protocols.restJson1, service, found?.operation ?? '');
    return 'error' in route ? route : { ...route, ...(found !== undefined && { labels: found.labels }) };
  };

  const formPending = (head: RequestHead): FormPending => {
    const scope = peekService(head);
    const service = scope === undefined ? undefined : bySigningName.get(scope);
    return { protocol: service?.protocol === 'ec2Query' ? protocols.ec2Query : protocols.awsQuery, formPending: true };
  };

  return {
    routeHead(head) {
      const target = header(head, 'x-amz-target');
      if (target !== undefined) return routeTarget(head, target);
      if (header(head, 'smithy-protocol') === 'rpc-v2-cbor') return routeRpc(head);
      const scope = peekService(head);
      const service = scope === undefined ? undefined : bySigningName.get(scope);
      if (service?.route !== undefined) return routeOwn(service, service.route(head));
      if (head.method === 'POST' && (header(head, 'content-type') ?? '').startsWith('application/x-www-form-urlencoded')) return formPending(head);
      if (queryParameter(head.query, 'Action') !== undefined) return formPending(head);
      return routeRest(head);
    },
    routeForm(head, body) {
      const form = parseForm(head.query, body);
      return { ...routeAction(head, form, services, protocols, find), form };
    },
  };
}

function unknownPath(protocol: Protocol, service: Service | undefined): Unrouted {
  return { protocol, service, error: new AwsError('UnknownOperationException', 'No operation answers to this method and path.', { httpStatus: 404 }) };
}

/** Query services share `POST /`: the version and the action tell them apart, and the signature's scope where both agree. */
function routeAction(
  head: RequestHead,
  form: ReadonlyMap<string, string>,
  services: readonly Service[],
  protocols: Protocols,
  find: (protocol: Protocol, service: Service | undefined, name: string) => Route | Unrouted,
): Route | Unrouted {
  const action = form.get('Action') ?? '';
  const version = form.get('Version');
  const scope = peekService(head);
  const speaking = services.filter((service) => service.apiVersion !== undefined && (version === undefined || service.apiVersion === version));
  const service =
    speaking.find((candidate) => scope !== undefined && candidate.signingNames.includes(scope)) ??
    (version === undefined && scope !== undefined ? undefined : speaking.find((candidate) => Object.hasOwn(candidate.operations, action)));
  const protocol = service?.protocol === 'ec2Query' || (service === undefined && scope === 'ec2') ? protocols.ec2Query : protocols.awsQuery;
  return find(protocol, service, action);
}
