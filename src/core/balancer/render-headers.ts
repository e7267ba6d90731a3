// Headers that a listener adds, changes and takes away, and methods that it refuses.
import type { ListenerInput } from './input.ts';
import { formatText } from './render-answer.ts';

/** `1-<time in hex>-<24 hex digits>`: 32 random bits, which `hex` writes as 16 digits, and the client's address. Cheap: it is in every request. */
const TRACE_ID = '1-%{+X}Ts-%[rand,hex]%{+X}ci';

/** What ALB makes of a request ("HTTP headers and Application Load Balancers"). */
export function requestHeaderLines(input: ListenerInput): string[] {
  const { listener, loadBalancer } = input;
  const { attributes } = loadBalancer;
  const tellsTls = listener.protocol === 'HTTPS' && attributes['routing.http.x_amzn_tls_version_and_cipher_suite.enabled'] === 'true';
  return [
    // "HTTP 405" of "Troubleshoot your Application Load Balancers".
    'http-request deny deny_status 405 if { method TRACE }',
    // "The client used the HTTP CONNECT method, which is not supported by Elastic Load Balancing."
    'http-request deny deny_status 400 if { method CONNECT }',
    ...(attributes['routing.http.drop_invalid_header_fields.enabled'] === 'true' ? ['http-request del-header [^-A-Za-z0-9] -m reg'] : []),
    ...forwardedFor(attributes),
    `http-request set-header X-Forwarded-Proto ${listener.protocol.toLowerCase()}`,
    `http-request set-header X-Forwarded-Port ${listener.port}`,
    // A client's own trace id stays, behind one of ours that names this hop.
    `http-request set-header X-Amzn-Trace-Id "Self=${TRACE_ID};%[req.hdr(x-amzn-trace-id)]" if { req.hdr(x-amzn-trace-id) -m sub Root= }`,
    `http-request set-header X-Amzn-Trace-Id "Root=${TRACE_ID}" unless { req.hdr(x-amzn-trace-id) -m found }`,
    ...(tellsTls ? ['http-request set-header X-Amzn-Tls-Version %[ssl_fc_protocol]', 'http-request set-header X-Amzn-Tls-Cipher-Suite %[ssl_fc_cipher]'] : []),
    'http-request disable-l7-retry unless { method GET HEAD OPTIONS }',
  ];
}

function forwardedFor(attributes: Readonly<Record<string, string>>): string[] {
  const mode = attributes['routing.http.xff_header_processing.mode'] ?? 'append';
  if (mode === 'preserve') return [];
  if (mode === 'remove') return ['http-request del-header X-Forwarded-For'];
  // A line of its own behind those that came: the same list to whoever reads it, and no look at what is there.
  if (attributes['routing.http.xff_client_port.enabled'] === 'true') return ['http-request add-header X-Forwarded-For %[src]:%[src_port]'];
  return ['option forwardfor'];
}

const SET_VALUE = /^routing\.http\.response\.(\w+)\.header_value$/;

/** What the listener's attributes make of answers, the load balancer's own included. An attribute without a value changes nothing. */
export function responseHeaderLines({ listener }: ListenerInput): string[] {
  const lines = Object.entries(listener.attributes).flatMap(([key, value]) => {
    const name = SET_VALUE.exec(key)?.[1]?.replaceAll('_', '-');
    return name === undefined || value === '' ? [] : [`http-after-response set-header ${name} "${formatText(value)}"`];
  });
  return listener.attributes['routing.http.response.server.enabled'] === 'false' ? [...lines, 'http-after-response del-header server'] : lines;
}
