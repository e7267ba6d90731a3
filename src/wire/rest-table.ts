// The method and path patterns of one REST service, most specific first.
import { percentDecode, type RequestHead } from './head.ts';
import type { Operation, Service } from './service.ts';
import type { OperationShape } from './shape.ts';

interface Segment {
  /** Set for a literal. */
  readonly literal?: string;
  /** Set for a label. */
  readonly label?: string;
  /** `{Key+}`: takes the rest of the path. */
  readonly greedy: boolean;
}

interface Pattern {
  readonly name: string;
  readonly operation: Operation;
  readonly method: string;
  readonly segments: readonly Segment[];
  /** Query parameters the pattern demands (`?delete`, `?x-id=GetObject`). */
  readonly query: ReadonlyMap<string, string | undefined>;
}

export interface RestMatch {
  readonly name: string;
  readonly operation: Operation;
  /** Decoded. */
  readonly labels: ReadonlyMap<string, string>;
}

export interface RestTable {
  match(head: RequestHead): RestMatch | undefined;
}

/** Reads every operation's http trait once. */
export function createRestTable(service: Service, shapeOf: (operation: Operation) => OperationShape): RestTable {
  const patterns: Pattern[] = [];
  for (const [name, operation] of Object.entries(service.operations)) {
    const http = shapeOf(operation).http;
    if (http !== undefined) patterns.push(parsePattern(name, operation, http[0], http[1]));
  }
  patterns.sort((a, b) => specificity(b) - specificity(a));
  return {
    match(head) {
      const segments = head.path.split('/').slice(1);
      const query = parseQuery(head.query);
      for (const pattern of patterns) {
        if (pattern.method !== head.method || !matchesQuery(pattern, query)) continue;
        const labels = matchSegments(pattern.segments, segments);
        if (labels !== undefined) return { name: pattern.name, operation: pattern.operation, labels };
      }
      return undefined;
    },
  };
}

function parsePattern(name: string, operation: Operation, method: string, uri: string): Pattern {
  const [path = '/', query = ''] = uri.split('?');
  const segments = path.split('/').slice(1).map((text): Segment => {
    if (!text.startsWith('{')) return { literal: text, greedy: false };
    const greedy = text.endsWith('+}');
    return { label: text.slice(1, greedy ? -2 : -1), greedy };
  });
  return { name, operation, method, segments, query: parseQuery(query) };
}

/** Literals before labels, demanded parameters before none, plain labels before greedy ones. */
function specificity(pattern: Pattern): number {
  let score = pattern.query.size * 1_000;
  for (const segment of pattern.segments) score += segment.literal !== undefined ? 10 : segment.greedy ? 1 : 5;
  return score;
}

function parseQuery(query: string): Map<string, string | undefined> {
  const out = new Map<string, string | undefined>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    out.set(percentDecode(equals < 0 ? part : part.slice(0, equals)), equals < 0 ? undefined : percentDecode(part.slice(equals + 1)));
  }
  return out;
}

function matchesQuery(pattern: Pattern, query: ReadonlyMap<string, string | undefined>): boolean {
  for (const [name, value] of pattern.query) {
    if (!query.has(name)) return false;
    if (value !== undefined && query.get(name) !== value) return false;
  }
  return true;
}

function matchSegments(pattern: readonly Segment[], path: readonly string[]): Map<string, string> | undefined {
  const labels = new Map<string, string>();
  for (const [index, segment] of pattern.entries()) {
    if (segment.greedy) {
      // Literals after a greedy label do not occur in AWS's models.
      const rest = path.slice(index).map(percentDecode).join('/');
      if (rest === '') return undefined;
      labels.set(segment.label as string, rest);
      return labels;
    }
    const given = path[index];
    if (given === undefined) return undefined;
    if (segment.literal !== undefined) {
      if (segment.literal !== percentDecode(given)) return undefined;
    } else if (given === '') return undefined;
    else labels.set(segment.label as string, percentDecode(given));
  }
  // One trailing slash is forgiven.
  return path.length === pattern.length || (path.length === pattern.length + 1 && path.at(-1) === '') ? labels : undefined;
}
