// Visitors of the demo: a steady stream of requests through the load balancer, every answer counted, nothing tried again.
import { Agent, request } from 'node:http';

export interface Traffic {
  counts(): { requests: number; failed: number; versions: ReadonlyMap<string, number> };
  /** Resolves when the last open request is answered. */
  stop(): Promise<void>;
}

const VISITORS = 8;

/**
 * Half of the visitors keep their connection, half take a new one for each request.
 * @param name the load balancer's DNS name
 */
export function startTraffic(name: string): Traffic {
  const versions = new Map<string, number>();
  let requests = 0;
  let failed = 0;
  let stopping = false;
  const kept = new Agent({ keepAlive: true });
  const fresh = new Agent({ keepAlive: false });
  const visit = async (agent: Agent): Promise<void> => {
    while (!stopping) {
      requests += 1;
      const version = await ask(name, agent);
      if (version === undefined) failed += 1;
      else versions.set(version, (versions.get(version) ?? 0) + 1);
    }
  };
  const visitors = Array.from({ length: VISITORS }, (_, i) => visit(i % 2 === 0 ? kept : fresh));
  return {
    counts: () => ({ requests, failed, versions }),
    async stop() {
      stopping = true;
      await Promise.all(visitors);
      kept.destroy();
      fresh.destroy();
    },
  };
}

/** The version that answered with 200; undefined for anything else. By address and Host: not every resolver knows that *.localhost is here. */
function ask(name: string, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port: 80, headers: { host: name }, agent, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve(response.statusCode === 200 ? (/version (\S+?),/.exec(body)?.[1] ?? '?') : undefined));
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(undefined));
    outgoing.end();
  });
}
