// Rules TD32 to TD36: ranges of health checks, ulimits, linuxParameters, timeouts and restart policies.
import type { ContainerDraft } from './draft.ts';
import type { Violation } from './violation.ts';

const CAPABILITIES: ReadonlySet<string> = new Set(
  (
    'ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE ' +
    'LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID ' +
    'SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM'
  ).split(' '),
);

const outside = (value: number | undefined, from: number, to = Number.MAX_SAFE_INTEGER): boolean =>
  value !== undefined && (value < from || value > to);

/** TD32. Ranges of HealthCheck's documentation; the command names its form first. */
export function healthViolation({ name = '', healthCheck }: ContainerDraft): Violation | undefined {
  if (!healthCheck) return undefined;
  const bad = (member: string): Violation => ({ rule: 'TD32', container: name, member });
  const [form, ...rest] = healthCheck.command ?? [];
  if (form === undefined || !['CMD', 'CMD-SHELL', 'NONE'].includes(form) || (form !== 'NONE' && rest.length === 0)) return bad('command');
  if (outside(healthCheck.interval, 5, 300)) return bad('interval');
  if (outside(healthCheck.timeout, 2, 60)) return bad('timeout');
  if (outside(healthCheck.retries, 1, 10)) return bad('retries');
  return outside(healthCheck.startPeriod, 0, 300) ? bad('startPeriod') : undefined;
}

/** TD33. */
export function limitViolation({ name = '', ulimits = [] }: ContainerDraft): Violation | undefined {
  const names = ulimits.map((limit) => limit.name);
  const bad = ulimits.find(
    ({ name: limit, softLimit, hardLimit }, i) =>
      names.indexOf(limit) !== i || softLimit === undefined || hardLimit === undefined || (hardLimit >= 0 && softLimit > hardLimit),
  );
  return bad ? { rule: 'TD33', container: name, value: bad.name } : undefined;
}

/** TD34. */
export function linuxViolation({ name = '', linuxParameters: linux }: ContainerDraft): Violation | undefined {
  if (!linux) return undefined;
  const bad = (member: string, value?: string): Violation => ({ rule: 'TD34', container: name, member, ...(value === undefined ? {} : { value }) });
  for (const member of ['add', 'drop'] as const) {
    const unknown = (linux.capabilities?.[member] ?? []).find((capability) => !CAPABILITIES.has(capability));
    if (unknown !== undefined) return bad(`capabilities.${member}`, unknown);
  }
  if ((linux.devices ?? []).some((device) => !device.hostPath)) return bad('devices');
  if ((linux.tmpfs ?? []).some((mount) => !mount.containerPath || !(mount.size > 0))) return bad('tmpfs');
  if (outside(linux.sharedMemorySize, 1)) return bad('sharedMemorySize');
  if (outside(linux.maxSwap, 0)) return bad('maxSwap');
  return outside(linux.swappiness, 0, 100) ? bad('swappiness') : undefined;
}

/** TD35. Fargate's narrower range is TD76. */
export function timeoutViolation({ name = '', startTimeout, stopTimeout }: ContainerDraft): Violation | undefined {
  if (outside(startTimeout, 2)) return { rule: 'TD35', container: name, member: 'startTimeout' };
  return outside(stopTimeout, 0) ? { rule: 'TD35', container: name, member: 'stopTimeout' } : undefined;
}

/** TD36. */
export function restartViolation({ name = '', restartPolicy }: ContainerDraft): Violation | undefined {
  if (!restartPolicy) return undefined;
  if (outside(restartPolicy.restartAttemptPeriod, 60, 1800)) return { rule: 'TD36', container: name, member: 'restartAttemptPeriod' };
  return (restartPolicy.ignoredExitCodes ?? []).length > 50 ? { rule: 'TD36', container: name, member: 'ignoredExitCodes' } : undefined;
}
