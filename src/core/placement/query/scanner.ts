// Reads an expression of the cluster query language word by word. The reader says what it expects, because a pattern after `=~`
// may hold every sign that means something elsewhere.

/** What is wrong with an expression, and where: characters from its start, from 0. */
export class QueryError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const ENDS_A_WORD = /[\s()[\],'"=!<>&|]/;

export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get at(): number {
    return this.#at;
  }

  get ended(): boolean {
    this.#skipSpace();
    return this.#at >= this.#text.length;
  }

  /** Takes the first of these that comes next; a word must end there. Signs are given longest first. */
  take<Known extends string>(...known: readonly Known[]): Known | undefined {
    this.#skipSpace();
    const found = known.find((one) => this.#text.startsWith(one, this.#at) && (!/\w$/.test(one) || this.#wordEndsAt(this.#at + one.length)));
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** A name or value, in quotation marks or not. @throws QueryError when none comes */
  word(expected: string): string {
    this.#skipSpace();
    const quote = this.#text.charAt(this.#at);
    if (quote === "'" || quote === '"') return this.#quoted(quote);
    const from = this.#at;
    while (this.#at < this.#text.length && !this.#wordEndsAt(this.#at)) this.#at += 1;
    if (this.#at === from) throw this.error(`${expected} is expected`);
    return this.#text.slice(from, this.#at);
  }

  /** A pattern: in quotation marks, or everything up to a space or to the parenthesis that closes what is around it. @throws QueryError */
  pattern(): string {
    this.#skipSpace();
    const quote = this.#text.charAt(this.#at);
    if (quote === "'" || quote === '"') return this.#quoted(quote);
    const from = this.#at;
    for (let depth = 0; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text.charAt(this.#at);
      if (char === '\\') this.#at += 1;
      else if (/\s/.test(char)) break;
      else if (char === '(') depth += 1;
      else if (char === ')' && --depth < 0) break;
    }
    if (this.#at === from) throw this.error('a pattern is expected');
    return this.#text.slice(from, this.#at);
  }

  error(message: string, at = this.#at): QueryError {
    return new QueryError(message, at);
  }

  #quoted(quote: string): string {
    const from = this.#at + 1;
    const end = this.#text.indexOf(quote, from);
    if (end < 0) throw this.error('a quotation mark is not closed');
    this.#at = end + 1;
    return this.#text.slice(from, end);
  }

  #wordEndsAt(at: number): boolean {
    return at >= this.#text.length || ENDS_A_WORD.test(this.#text.charAt(at));
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && /\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }
}
