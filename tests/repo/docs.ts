// What a document may not do: name a command, file or link that is not there.
import { dirname, join, normalize } from 'node:path/posix';

export interface Repository {
  /** Commands of ./longshore. */
  readonly commands: readonly string[];
  /** True when a file or folder of this path exists. */
  readonly has: (path: string) => boolean;
}

const TOP_FOLDERS = 'src|tests|tools|bench|examples|docs';

/** One line per thing that the page names and the repository does not have. */
export function docProblems(path: string, text: string, repository: Repository): string[] {
  const problems: string[] = [];
  for (const [, command = ''] of text.matchAll(/\.\/longshore[ \t]+(-{0,2}[a-z][a-z-]*)/g)) {
    if (!repository.commands.includes(command)) problems.push(`names ./longshore ${command}, which is no command`);
  }
  for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:|^#/.test(target)) continue;
    const file = normalize(join(dirname(path), target.split('#')[0]!)).replace(/\/$/, '');
    if (!repository.has(file)) problems.push(`links to ${target}, which is not there`);
  }
  for (const [, file = ''] of text.matchAll(new RegExp(`\`(?:node )?((?:${TOP_FOLDERS})/[\\w./-]+)\``, 'g'))) {
    if (!repository.has(file.replace(/\/$/, ''))) problems.push(`names ${file}, which is not there`);
  }
  return [...new Set(problems)].map((problem) => `${path}: ${problem}`);
}

/** The command words of the script's last `case`. */
export function commandsOf(script: string): string[] {
  const body = /\ncase "\$command" in\n([\s\S]*?)\nesac/.exec(script)?.[1] ?? '';
  return [...body.matchAll(/^ {2}([a-z|\s-]+)\)/gm)].flatMap((match) => match[1]!.split('|').map((word) => word.trim()));
}
