// Stands in for AWS's session-manager-plugin, which cannot be had here: the same arguments, the same words, the same wire.
// The AWS CLI calls it twice: without arguments, to see that it is there, and with the session.
import { openDataChannel } from './data-channel.ts';

const [response, region, operation, profile, parameters, endpoint] = process.argv.slice(2);
if (response === undefined) {
  process.stdout.write('\nThe Session Manager plugin was installed successfully. Use the AWS CLI to start a session.\n\n');
  process.exit(0);
}
if (operation !== 'StartSession' || profile === undefined || region === undefined || endpoint === undefined) throw new Error(`arguments: ${process.argv.slice(2).join(' | ')}`);
const { SessionId, sessionId, StreamUrl, streamUrl, TokenValue, tokenValue } = JSON.parse(process.env[response] ?? response);
const { Target } = JSON.parse(parameters ?? '{}');
if (!/^ecs:[\w-]+_[0-9a-f]{32}_[0-9a-f]{64}$/.test(Target)) throw new Error(`target: ${Target}`);

process.stdout.write(`\nStarting session with SessionId: ${SessionId ?? sessionId}\n`);
const channel = openDataChannel({ streamUrl: StreamUrl ?? streamUrl, token: TokenValue ?? tokenValue });
channel.onOutput = (data) => process.stdout.write(data);
channel.onReady = () => {
  // No terminal: the plugin sends this size then.
  channel.resize(300, 100);
  process.stdin.on('data', (data: Buffer) => channel.send(1, data.equals(Buffer.from('\n')) ? '\r' : data));
};
channel.onClose = () => {
  if (channel.closed === undefined) {
    process.stderr.write(`the connection was lost: ${channel.closeCode}\n`);
    process.exit(1);
  }
  const { Output } = channel.closed;
  process.stdout.write(Output === '' ? `\n\nExiting session with sessionId: ${SessionId ?? sessionId}.\n\n` : `\n\nSessionId: ${SessionId ?? sessionId} : ${Output}\n\n`);
  process.exit(0);
};
