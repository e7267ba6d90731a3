// Which AWS CLI tests run: the distribution's, as `./longshore aws` does; another one in PATH may be newer than what users have.
import { existsSync } from 'node:fs';

const PACKAGED = '/usr/bin/aws';

export const AWS_CLI = existsSync(PACKAGED) ? PACKAGED : 'aws';
