// Service units: what keeps the platform or an agent running over restarts of the machine.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The script that sets the machine up and hands over to Node. */
export const LAUNCHER = join(import.meta.dirname, '../../longshore');

const UNITS = '/etc/systemd/system';

/** @param command words of the command line, as a shell would pass them */
export function renderUnit(description: string, command: readonly string[]): string {
  return `[Unit]
Description=${description}
Wants=network-online.target docker.service
After=network-online.target docker.service

[Service]
ExecStart=${command.map(quote).join(' ')}
Restart=always
RestartSec=2
# Containers and the load balancer are not this service's to end: they run on while it is replaced.
KillMode=process
TimeoutStopSec=60
LimitNOFILE=1048576
Delegate=yes

[Install]
WantedBy=multi-user.target
`;
}

/** Writes and starts the unit; where no systemd runs, prints it and says so. Returns true when it was started. */
export function installUnit(name: string, text: string, say: (line: string) => void): boolean {
  if (!existsSync('/run/systemd/system')) {
    say(`# no systemd runs here; where it does, this is ${UNITS}/${name}.service`);
    say(text.trimEnd());
    return false;
  }
  writeFileSync(join(UNITS, `${name}.service`), text, { mode: 0o644 });
  execFileSync('systemctl', ['daemon-reload']);
  execFileSync('systemctl', ['enable', '--now', `${name}.service`]);
  say(`${UNITS}/${name}.service is installed and started\n  systemctl status ${name}     how it is\n  journalctl -u ${name} -f     what it says`);
  return true;
}

/** As systemd reads ExecStart: double quotes, and its own % and $ doubled. */
function quote(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./$-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
