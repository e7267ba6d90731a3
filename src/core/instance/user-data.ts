// What an instance's user data says to its ECS agent. On AWS the script writes it to /etc/ecs/ecs.config; here the assignments are
// read out of the script, because no foreign script runs on this machine.

export interface AgentSettings {
  /** The cluster it joins; `default` when the user data names none, as on AWS. */
  readonly cluster: string;
  /** ECS_INSTANCE_ATTRIBUTES */
  readonly attributes: Readonly<Record<string, string>>;
  /** ECS_CONTAINER_INSTANCE_TAGS */
  readonly tags: Readonly<Record<string, string>>;
  /** ECS_ENABLE_SPOT_INSTANCE_DRAINING */
  readonly spotDraining: boolean;
}

/** @param text of the user data, decoded; lines `NAME=value`, also inside `echo …` or a here-document, the last one of a name counts */
export function parseUserData(text: string): AgentSettings {
  return {
    cluster: valueOf(text, 'ECS_CLUSTER') ?? 'default',
    attributes: objectOf(valueOf(text, 'ECS_INSTANCE_ATTRIBUTES')),
    tags: objectOf(valueOf(text, 'ECS_CONTAINER_INSTANCE_TAGS')),
    spotDraining: valueOf(text, 'ECS_ENABLE_SPOT_INSTANCE_DRAINING') === 'true',
  };
}

function valueOf(text: string, name: string): string | undefined {
  let found: string | undefined;
  const assignment = new RegExp(`(?<![A-Za-z0-9_#])${name}=('[^'\\n]*'|"(?:\\\\.|[^"\\n])*"|\\{[^\\n]*?\\}|[^\\s'";>|&]+)`, 'g');
  for (const line of text.split('\n')) {
    if (/^\s*#/.test(line)) continue;
    for (const match of line.matchAll(assignment)) found = unquote(match[1] ?? '');
  }
  return found === '' ? undefined : found;
}

function unquote(value: string): string {
  const quoted = /^(['"])(.*)\1$/.exec(value);
  return quoted === null ? value : (quoted[2] ?? '').replaceAll('\\"', '"');
}

function objectOf(text: string | undefined): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return {};
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
  } catch {
    return {};
  }
}
