// Rows that come from a journal share what they have in common. JSON.parse makes every text and list anew: a million tasks would hold
// a million copies of their cluster's ARN. Rows are replaced and never changed, so one copy does for all.
//
// What is worth remembering shows by itself: for each member (by its path in the rows of a table) values are kept as long as most of
// them come again. Members whose values are all different (ids) are given up after a short while.

/** Lookups before a member is judged. */
const TRIAL = 2_000;
/** Of its lookups this share must find something. */
const WORTHWHILE = 0.5;

interface Member {
  /** Values by what they are made of; undefined once given up. */
  known: Map<string, Kept> | undefined;
  lookups: number;
  hits: number;
  readonly inside: Map<string, Member>;
}

/** One for each table. Call it with each parsed row: the row itself is changed, so nothing else may hold it yet. */
export class RowSharer {
  readonly #root = newMember();
  /** What the value just shared is made of, as a key; undefined when it is not one that is shared. */
  #token: string | number | undefined;
  #next = 0;

  /** @returns the row, its members those of earlier rows where they are equal */
  share<Row>(row: Row): Row {
    if (typeof row === 'object' && row !== null) this.#members(row as Record<string, unknown>, this.#root);
    return row;
  }

  /** Shares every member of a list or object. @returns their tokens as one, undefined when one of them is not shared */
  #members(value: Record<string, unknown>, member: Member): string | undefined {
    let tokens: string | undefined = Array.isArray(value) ? '[' : '{';
    const list = Array.isArray(value);
    for (const name of Object.keys(value)) {
      const before = value[name];
      const at = list ? '' : name;
      let inside = member.inside.get(at);
      if (inside === undefined) member.inside.set(at, (inside = newMember()));
      const after = this.#value(before, inside);
      if (after !== before) value[name] = after;
      if (this.#token === undefined || tokens === undefined) tokens = undefined;
      // With its length: a name may hold any sign.
      else tokens += list ? `${this.#token},` : `${name.length}:${name}:${this.#token},`;
    }
    return tokens;
  }

  #value(value: unknown, member: Member): unknown {
    if (typeof value === 'string') return this.#known(value, value, member);
    if (typeof value !== 'object' || value === null) {
      this.#token = `${typeof value}${String(value)}`;
      return value;
    }
    const tokens = this.#members(value as Record<string, unknown>, member);
    if (tokens !== undefined) return this.#known(tokens, value, member);
    this.#token = undefined;
    return value;
  }

  /** The value kept under this key, or this one from now on. Its token is the number it was given. */
  #known(key: string, value: unknown, member: Member): unknown {
    this.#token = undefined;
    const { known } = member;
    if (known === undefined) return value;
    const found = known.get(key);
    member.lookups++;
    if (found !== undefined) {
      member.hits++;
      this.#token = found.token;
      return found.value;
    }
    if (member.lookups > TRIAL && member.hits < member.lookups * WORTHWHILE) {
      member.known = undefined;
      return value;
    }
    const kept: Kept = { value, token: ++this.#next };
    known.set(key, kept);
    this.#token = kept.token;
    return value;
  }
}

interface Kept {
  readonly value: unknown;
  readonly token: number;
}

function newMember(): Member {
  return { known: new Map(), lookups: 0, hits: 0, inside: new Map() };
}
