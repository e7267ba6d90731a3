// `./longshore exec` against the platform of a test, whose keys are in the file that the first argument names.
import { readFileSync } from 'node:fs';
import { exec } from '#cli/exec.ts';

const [file = '', ...args] = process.argv.slice(2);
process.exitCode = await exec({ credentials: JSON.parse(readFileSync(file, 'utf8')), args });
