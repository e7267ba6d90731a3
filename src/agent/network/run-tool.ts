// Runs one of the system's tools (ip, bridge, nft) with what it is to read.
import { execFile } from 'node:child_process';

export type ToolResult = { readonly ok: true; readonly output: string } | { readonly ok: false; readonly error: string };

/** Never rejects. */
export type RunTool = (file: string, args: readonly string[], input?: string) => Promise<ToolResult>;

const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;

export const runTool: RunTool = (file, args, input) =>
  new Promise((resolve) => {
    const child = execFile(file, args, { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES }, (error, output, said) => {
      if (error === null) resolve({ ok: true, output });
      else resolve({ ok: false, error: `${file} ${args.join(' ')}: ${said.trim().split('\n').slice(0, 5).join('; ') || error.message}` });
    });
    // A tool that is missing or ends early says so above.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
