// Rules TD42 to TD49: port mappings, of each container and across the task.
import type { ContainerDraft, Draft } from './draft.ts';
import { firstOf, type Violation } from './violation.ts';

type Mapping = NonNullable<ContainerDraft['portMappings']>[number];

const MAX_PORT = 65_535;
const MAX_RANGES = 100;
const PORT_NAME = /^[a-z0-9_][a-z0-9_-]{0,63}$/;

export const portChecks: readonly ((draft: Draft) => Violation | undefined)[] = [
  (draft) => {
    for (const container of draft.containerDefinitions ?? []) {
      for (const mapping of container.portMappings ?? []) {
        const violation = firstOf(mappingChecks, mapping, container, draft);
        if (violation) return violation;
      }
    }
    return undefined;
  },
  ({ containerDefinitions = [] }) => {
    const names = containerDefinitions.flatMap((c) => (c.portMappings ?? []).flatMap(({ name }) => name ?? []));
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    return twice === undefined ? undefined : { rule: 'TD47', value: twice };
  },
  hostPortTwice,
  ({ containerDefinitions = [] }) => {
    const crowded = containerDefinitions.find((c) => (c.portMappings ?? []).filter((m) => m.containerPortRange !== undefined).length > MAX_RANGES);
    return crowded ? { rule: 'TD49', container: crowded.name ?? '' } : undefined;
  },
];

const mappingChecks: readonly ((mapping: Mapping, container: ContainerDraft, draft: Draft) => Violation | undefined)[] = [
  (_mapping, { name = '' }, { networkMode }) => (networkMode === 'none' ? { rule: 'TD42', container: name } : undefined),
  ({ containerPort, containerPortRange }, { name = '' }) =>
    containerPortRange === undefined && (containerPort === undefined || containerPort < 1 || containerPort > MAX_PORT)
      ? { rule: 'TD43', container: name }
      : undefined,
  ({ hostPort }, { name = '' }) => (hostPort !== undefined && (hostPort < 0 || hostPort > MAX_PORT) ? { rule: 'TD44', container: name } : undefined),
  (mapping, { name = '' }, { networkMode }) => rangeViolation(mapping, name, networkMode),
  ({ hostPort, containerPort }, { name = '' }, { networkMode }) => {
    const own = networkMode === 'awsvpc' || networkMode === 'host';
    // ECS takes 0 for "the same" here.
    return own && hostPort && hostPort !== containerPort ? { rule: 'TD45', container: name, value: networkMode } : undefined;
  },
  ({ name: portName }, { name = '' }) =>
    portName !== undefined && !PORT_NAME.test(portName) ? { rule: 'TD46', container: name, value: portName } : undefined,
];

function rangeViolation(mapping: Mapping, container: string, networkMode: string | undefined): Violation | undefined {
  const { containerPortRange: range, containerPort, hostPort } = mapping;
  if (range === undefined) return undefined;
  const ports = parseRange(range);
  const fits = ports !== undefined && containerPort === undefined && !hostPort && networkMode !== 'host';
  return fits ? undefined : { rule: 'TD49', container, value: range };
}

/** First and last port of `8000-8010`, or undefined when it is no range from a lower to a higher port. */
export function parseRange(text: string): readonly [first: number, last: number] | undefined {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  return match && first >= 1 && first < last && last <= MAX_PORT ? [first, last] : undefined;
}

/** TD48: a port of the host (or of the task's own address) can be taken once for each protocol. */
function hostPortTwice({ containerDefinitions = [], networkMode }: Draft): Violation | undefined {
  const own = networkMode === 'awsvpc' || networkMode === 'host';
  const taken: { protocol: string; first: number; last: number }[] = [];
  for (const { portMappings = [] } of containerDefinitions) {
    for (const { protocol = 'tcp', hostPort, containerPort, containerPortRange } of portMappings) {
      const single = own ? (hostPort || containerPort) : hostPort;
      const range = own && containerPortRange !== undefined ? parseRange(containerPortRange) : undefined;
      const [first, last] = range ?? [single ?? 0, single ?? 0];
      if (first === 0) continue;
      if (taken.some((t) => t.protocol === protocol && t.first <= last && first <= t.last)) {
        return { rule: 'TD48', member: protocol.toUpperCase(), value: String(first) };
      }
      taken.push({ protocol, first, last });
    }
  }
  return undefined;
}
