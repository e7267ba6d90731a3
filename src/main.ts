// Entry of both processes: `node src/main.ts server …` is the control plane, `node src/main.ts agent …` a host's agent.
import { UsageError } from '#app/options.ts';

const [command = '', ...args] = process.argv.slice(2);

try {
  if (command === 'server') await (await import('#app/server.ts')).runServer(args);
  else if (command === 'agent') await (await import('#app/agent.ts')).runAgent(args);
  else throw new UsageError(`usage: node src/main.ts server|agent [options]; got '${command}'`);
} catch (error) {
  process.stderr.write(`longshore: ${error instanceof UsageError ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}
