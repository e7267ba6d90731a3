// What HAProxy notes of a request while access logs are on: fields that cost it next to nothing. access-log-line.ts makes lines of
// Application Load Balancers of them, later and elsewhere.
//
//   <microseconds> <load balancer> <scheme>:<port> <client> <backend> <target> <Ta> <TR> <Tw> <Tc> <Tr> <ts> <status> <in> <out>
//   <outcome> <redirect> [<cipher> <TLS version> <SNI> <serial>] {host|user agent|trace id} <method> <uri> <version>
import type { ListenerInput } from './input.ts';
import { loadBalancerPath } from './names.ts';

/** The longest line that HAProxy writes, and the longest URI of it. */
export const LOG_LINE_BYTES = 16_384;
export const LOG_URI_BYTES = 8_192;

export function isLogged(input: ListenerInput): boolean {
  return input.loadBalancer.attributes['access_logs.s3.enabled'] === 'true';
}

/** What has to be kept from before the request is changed, and what is added to it by then. */
export function captureLines(): string[] {
  return ['capture request header Host len 256', 'capture request header User-Agent len 2048', 'http-request capture req.hdr(x-amzn-trace-id) len 512'];
}

/** Lines for the end of the frontend. */
export function renderAccessLog({ loadBalancer, listener }: ListenerInput): string[] {
  const secure = listener.protocol === 'HTTPS';
  const fields = [
    '%[date(0,us)]',
    loadBalancerPath(loadBalancer.arn),
    `${secure ? 'https' : 'http'}:${listener.port}`,
    // A server is called by its address and port: no address has to be written out.
    '%ci:%cp %b %s',
    '%Ta %TR %Tw %Tc %Tr %ts',
    '%ST %U %B',
    '%[var(txn.o)]',
    // Encoded, it cannot hold a space: of the configuration or of a client's Host.
    '%[var(txn.redirect),url_enc]',
    // A name as the client sent it: encoded, it cannot hold a space.
    ...(secure ? ['%sslc %sslv', '%[ssl_fc_sni,url_enc]', '%[ssl_f_serial,hex]'] : []),
    '%hr %r',
  ];
  return ['log global', `log-format "${fields.join(' ')}"`];
}
