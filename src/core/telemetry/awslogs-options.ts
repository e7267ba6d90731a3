// The options of the awslogs log driver, read from a container's log configuration. Names, defaults and messages are Docker's.
import { datetimePattern } from './datetime-format.ts';
import { goRegExp } from './go-regexp.ts';

export interface AwslogsOptions {
  readonly group: string;
  readonly stream: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly credentialsEndpoint: string | undefined;
  readonly createGroup: boolean;
  readonly createStream: boolean;
  /** A line that matches begins a new event; undefined: every line is one. */
  readonly multiline: RegExp | undefined;
  /** How old an unfinished multiline event may get. */
  readonly maxEventAgeMs: number;
  /** `json/emf`: messages are metrics in embedded format. */
  readonly format: 'json/emf' | undefined;
  /** Blocking: nothing is lost, the container's log waits. Non-blocking: at most this many bytes are held, the oldest go. */
  readonly mode: 'blocking' | 'non-blocking';
  readonly maxBufferBytes: number;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const known = new Set([
  'awslogs-group',
  'awslogs-region',
  'awslogs-stream',
  'awslogs-stream-prefix',
  'awslogs-create-group',
  'awslogs-create-stream',
  'awslogs-datetime-format',
  'awslogs-multiline-pattern',
  'awslogs-endpoint',
  'awslogs-credentials-endpoint',
  'awslogs-force-flush-interval-seconds',
  'awslogs-max-buffered-events',
  'awslogs-format',
  'mode',
  'max-buffer-size',
  'tag',
]);

const defaultFlushSeconds = 5;
const defaultBuffer = '1m';

/** Takes Docker's LogConfig.Config. `awslogs-stream` must have been resolved by the caller. */
export function parseAwslogsOptions(options: Readonly<Record<string, string>>): Parsed<AwslogsOptions> {
  const refuse = (message: string): Parsed<never> => ({ ok: false, message });
  const unknown = Object.keys(options).find((key) => !known.has(key));
  if (unknown !== undefined) return refuse(`unknown log opt '${unknown}' for awslogs log driver`);
  const group = options['awslogs-group'];
  if (!group) return refuse("must specify a value for log opt 'awslogs-group'");
  const stream = options['awslogs-stream'];
  if (!stream) return refuse("must specify a value for log opt 'awslogs-stream'");
  const createGroup = parseBool(options['awslogs-create-group'], false);
  if (createGroup === undefined) return refuse(`must specify valid value for log opt 'awslogs-create-group': ${options['awslogs-create-group']}`);
  const createStream = parseBool(options['awslogs-create-stream'], true);
  if (createStream === undefined) return refuse(`must specify valid value for log opt 'awslogs-create-stream': ${options['awslogs-create-stream']}`);
  const seconds = positive(options['awslogs-force-flush-interval-seconds'] ?? String(defaultFlushSeconds));
  if (seconds === undefined) return refuse("must specify a positive integer for log opt 'awslogs-force-flush-interval-seconds'");
  const mode = options['mode'] || 'blocking';
  if (mode !== 'blocking' && mode !== 'non-blocking') return refuse(`logger: logging mode not supported: ${mode}`);
  if (options['max-buffer-size'] && mode !== 'non-blocking') return refuse("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
  const maxBufferBytes = parseSize(options['max-buffer-size'] ?? defaultBuffer);
  if (maxBufferBytes === undefined) return refuse(`error parsing option max-buffer-size: invalid size: '${options['max-buffer-size']}'`);
  const format = options['awslogs-format'];
  if (format && format !== 'json/emf') return refuse(`unsupported log format '${format}'`);
  const multiline = parseMultiline(options);
  if (!multiline.ok) return multiline;
  const value: AwslogsOptions = {
    group,
    stream,
    region: options['awslogs-region'],
    endpoint: options['awslogs-endpoint'],
    credentialsEndpoint: options['awslogs-credentials-endpoint'],
    createGroup,
    createStream,
    multiline: multiline.value,
    maxEventAgeMs: seconds * 1000,
    format: format ? 'json/emf' : undefined,
    mode,
    maxBufferBytes,
  };
  return { ok: true, value };
}

function parseMultiline(options: Readonly<Record<string, string>>): Parsed<RegExp | undefined> {
  const datetime = options['awslogs-datetime-format'];
  const pattern = options['awslogs-multiline-pattern'];
  const both = datetime && pattern ? "you cannot configure log opt 'awslogs-datetime-format' and 'awslogs-multiline-pattern' at the same time" : undefined;
  if (both) return { ok: false, message: both };
  const which = datetime ? 'awslogs-datetime-format' : 'awslogs-multiline-pattern';
  if ((datetime ?? pattern) && options['awslogs-format']) return { ok: false, message: `you cannot configure log opt 'awslogs-format' and '${which}' at the same time` };
  const source = datetime ? datetimePattern(datetime) : pattern;
  if (!datetime && !pattern) return { ok: true, value: undefined };
  const regex = source === undefined ? undefined : goRegExp(source);
  if (!regex) return { ok: false, message: `awslogs could not parse multiline pattern key "${datetime ?? pattern}"` };
  return { ok: true, value: regex };
}

/** As Go's strconv.ParseBool; undefined for anything else. */
function parseBool(text: string | undefined, absent: boolean): boolean | undefined {
  if (text === undefined || text === '') return absent;
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(?:0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}

function positive(text: string): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && value > 0 && Number.isSafeInteger(value) ? value : undefined;
}

/** Docker's sizes: a number with an optional b, k, m, g or t, in powers of 1024. */
function parseSize(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(text);
  if (!found) return undefined;
  const power = ['', 'k', 'm', 'g', 't'].indexOf(found[2]!.toLowerCase().replace('b', ''));
  return Math.floor(Number(found[1]) * 1024 ** power);
}
