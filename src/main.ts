// Entry of the processes: `server …` is the control plane, `agent …` a host's agent, `stop-host …` ends what a stopped agent left.
import { UsageError } from '#app/usage-error.ts';

const [command = '', ...args] = process.argv.slice(2);

try {
  if (command === 'server') await (await import('#app/server.ts')).runServer(args);
  else if (command === 'agent') await (await import('#app/agent.ts')).runAgent(args);
  else if (command === 'stop-host') await (await import('#app/stop-host.ts')).stopHost(args);
  else throw new UsageError(`usage: node src/main.ts server|agent|stop-host [options]; got '${command}'`);
} catch (error) {
  process.stderr.write(`longshore: ${error instanceof UsageError ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}
