// The command of ExecuteCommand ⇄ words. As amazon-ssm-agent does it inside containers: split as a shell would, and no shell is started.

export type SplitCommand = { readonly ok: true; readonly words: readonly string[] } | { readonly ok: false; readonly error: string };

/** Quotes, backslashes and `#` comments as in a shell; nothing is expanded. */
export function splitCommand(text: string): SplitCommand {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === "'") {
      if (char === "'") quote = undefined;
      else word += char;
    } else if (char === '\\') {
      if (++at >= text.length) return { ok: false, error: 'EOF found after escape character' };
      word = (word ?? '') + text[at]!;
    } else if (quote === '"') {
      if (char === '"') quote = undefined;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === '#' && word === undefined) {
      const end = text.indexOf('\n', at);
      if (end < 0) break;
      at = end;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== undefined) return { ok: false, error: 'EOF found when expecting closing quote' };
  if (word !== undefined) words.push(word);
  return words.length === 0 ? { ok: false, error: 'the command is empty' } : { ok: true, words };
}

/** Text that splits into these words again. */
export function joinCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`)).join(' ');
}
