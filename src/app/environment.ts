// The environment of the two processes: the only file that reads it.

export function logLevel(): string {
  return process.env['LONGSHORE_LOG'] ?? 'info';
}

/** The keys an agent signs with when no file is given, or undefined. */
export function agentKeysFromEnvironment(): { credentials: { accessKeyId: string; secretAccessKey: string }; region: string } | undefined {
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { credentials: { accessKeyId, secretAccessKey }, region: process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1' };
}

/** As with Amazon's agent: containers get a file that says what they are. */
export function containerMetadataEnabled(): boolean {
  return process.env['ECS_ENABLE_CONTAINER_METADATA'] === 'true';
}
