// Service units.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderUnit } from './systemd.ts';

test('a unit runs the command as it was given, and ends the process alone', () => {
  const unit = renderUnit('Longshore agent', ['/opt/longshore/longshore', 'agent', '--attribute', 'note=a b "c" 100%', '--data-dir', '/var/lib/$x']);
  assert.match(unit, /^ExecStart=\/opt\/longshore\/longshore agent --attribute "note=a b \\"c\\" 100%%" --data-dir \/var\/lib\/\$\$x$/m);
  assert.match(unit, /^KillMode=process$/m);
});
