// JSON request bodies: text to typed input.
import { isUtf8 } from 'node:buffer';
import type { StructureShape, TimestampShape } from '../shape.ts';
import { parseDate } from './timestamp.ts';
import { UnreadableInput } from './unreadable-input.ts';
import { readValue, type ReadValue, type ValueFormat } from './value-reader.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function timestamp(value: unknown, shape: TimestampShape): Date | undefined {
  if (typeof value === 'number') {
    if (shape.format !== undefined && shape.format !== 'epoch-seconds') return undefined;
    // Beyond what a Date holds AWS refuses too.
    const date = new Date(Math.round(value * 1_000));
    return Number.isNaN(date.getTime()) ? undefined : date;
  }
  return typeof value === 'string' && shape.format !== undefined && shape.format !== 'epoch-seconds' ? parseDate(value, shape.format) : undefined;
}

/** Base64 as bytes; undefined for anything else. */
export function decodeBase64(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' && value.length % 4 === 0 && BASE64.test(value) ? Buffer.from(value, 'base64') : undefined;
}

/** awsJson: members by their own names, timestamps in epoch seconds unless the model says otherwise. */
export const AWS_JSON: ValueFormat = {
  member: (shape, key) => shape.byName.get(key),
  timestamp,
  blob: decodeBase64,
};

/** rest-json: as awsJson, but `jsonName` counts. */
export const REST_JSON: ValueFormat = {
  ...AWS_JSON,
  member: (shape, key) => {
    const own = shape.byName.get(key);
    if (own !== undefined && own.traits.jsonName === undefined) return own;
    return shape.members.find((member) => member.traits.jsonName === key);
  },
};

/** The input in a body; an empty body is an empty object. Throws UnreadableInput. */
export function readJson(shape: StructureShape, body: Buffer, format: ValueFormat): ReadValue {
  return readValue(shape, body.length === 0 ? {} : parseJson(body), format);
}

/** Throws UnreadableInput on anything but JSON in UTF-8. */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new UnreadableInput('Could not parse request body into json: Invalid UTF-8');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new UnreadableInput(`Could not parse request body into json: ${(cause as Error).message}`);
  }
}
