// A handler on a real socket with one service of one's own, for the tests of the wire.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '#base/clock.ts';
import { silentLogger } from '#base/logger.ts';
import { systemClock } from '#base/system/clock.ts';
import { systemRandom } from '#base/system/random.ts';
import type { AwsCall } from '#wire/call.ts';
import { createAwsHandler, type AwsHandlerOptions, type Observation } from '#wire/server.ts';
import type { Operation, OperationSchema, ProtocolName, Service } from '#wire/service.ts';
import { createAuthenticator, type KnownKey } from '#wire/sigv4/authenticator.ts';

export const ACCESS_KEY = 'AKIDEXAMPLE';
export const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
export const ACCOUNT = '111122223333';

export const knownKey: KnownKey = {
  secret: SECRET_KEY,
  caller: { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/test`, userId: 'AIDATEST', accessKeyId: ACCESS_KEY },
};

export interface Handled {
  readonly input: any;
  readonly call: AwsCall;
}

/** A service out of SDK schemas: `answer` handles every operation; calls are kept in `handled`. */
export function fakeService(
  schemas: Readonly<Record<string, OperationSchema>>,
  options: Partial<Service<AwsCall>> & { protocol: ProtocolName },
  answer: (input: any, operation: string, call: AwsCall) => unknown,
): { service: Service<AwsCall>; handled: Handled[] } {
  const handled: Handled[] = [];
  const operations: Record<string, Operation<AwsCall>> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    operations[name] = {
      schema,
      handler(input, call) {
        handled.push({ input, call });
        return answer(input, name, call);
      },
    };
  }
  return { service: { name: 'fake', signingNames: ['fake'], operations, context: (call) => call, ...options }, handled };
}

export interface Endpoint {
  readonly url: string;
  readonly port: number;
  readonly observed: Observation[];
  readonly server: Server;
  close(): Promise<void>;
}

/** Listens on a free port of loopback, strict unless told otherwise. */
export async function openEndpoint(
  services: readonly Service<any>[],
  options: Partial<AwsHandlerOptions> & { mode?: 'strict' | 'relaxed'; clock?: Clock } = {},
): Promise<Endpoint> {
  const clock = options.clock ?? systemClock;
  const observed: Observation[] = [];
  const authenticate = createAuthenticator({ mode: options.mode ?? 'strict', clock, keys: (id) => (id === ACCESS_KEY ? knownKey : undefined) });
  const handler = createAwsHandler({ services, authenticate, clock, random: systemRandom, log: silentLogger, observe: (seen) => observed.push(seen), ...options });
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    observed,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY };
