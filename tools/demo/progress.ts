// How the demo speaks: one numbered line per step with its time, details indented below.

export interface Progress {
  /** Runs one step; `work` returns what the step's line ends with. Details said during it stand below its name. */
  step(name: string, work: (detail: (line: string) => void) => Promise<string>): Promise<void>;
  say(line: string): void;
}

export function openProgress(total: number, write: (text: string) => void): Progress {
  let number = 0;
  return {
    async step(name, work) {
      number += 1;
      const started = performance.now();
      let open = true;
      write(`[${number}/${total}] ${name} … `);
      const detail = (line: string): void => {
        write(`${open ? '\n' : ''}      ${line}\n`);
        open = false;
      };
      const result = await work(detail);
      const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
      write(open ? `${result} (${took})\n` : `      ${result} (${took})\n`);
    },
    say: (line) => write(`${line}\n`),
  };
}
