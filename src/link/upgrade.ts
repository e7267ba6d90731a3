// What an agent says of itself in the query of its websocket upgrades.

export interface AgentUpgrade {
  readonly containerInstanceArn: string;
  /** As the agent has it configured: a name or an ARN; may be empty. */
  readonly cluster: string;
  readonly agentVersion: string;
  readonly agentHash: string;
  readonly dockerVersion: string;
  /** The highest number this host has seen; Amazon's agent always says 1. */
  readonly seqNum: number;
  /** LONGSHORE: version of the link; absent from Amazon's agent. */
  readonly linkVersion?: number;
  /** LONGSHORE: one for each life of an agent's process. */
  readonly processId?: string;
  /** LONGSHORE: hash of what tells machines apart. */
  readonly machine?: string;
}

/** ACS says `clusterArn` and `containerInstanceArn`, TCS `cluster` and `containerInstance`. Undefined without an instance. */
export function parseUpgradeQuery(query: URLSearchParams): AgentUpgrade | undefined {
  const containerInstanceArn = query.get('containerInstanceArn') ?? query.get('containerInstance');
  if (containerInstanceArn === null || containerInstanceArn === '') return undefined;
  const seqNum = Number(query.get('seqNum') ?? 1);
  const [linkVersion, processId, machine] = [query.get('longshoreLink'), query.get('longshoreProcess'), query.get('longshoreMachine')];
  return {
    containerInstanceArn,
    cluster: query.get('clusterArn') ?? query.get('cluster') ?? '',
    agentVersion: query.get('agentVersion') ?? '',
    agentHash: query.get('agentHash') ?? '',
    dockerVersion: query.get('dockerVersion') ?? '',
    seqNum: Number.isSafeInteger(seqNum) && seqNum > 0 ? seqNum : 1,
    ...(linkVersion !== null && { linkVersion: Number(linkVersion) }),
    ...(processId !== null && { processId }),
    ...(machine !== null && { machine }),
  };
}
