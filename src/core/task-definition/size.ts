// Task sizes as text: CPU units or vCPUs, MiB or GB. Pure parsing; which sizes exist is fargate-sizes.ts.

const UNITS_PER_VCPU = 1024;
const MIB_PER_GB = 1024;

/** CPU units of `256`, `.25 vCPU`, `1 vcpu`; undefined when the text is neither. */
export function parseCpu(text: string): number | undefined {
  const plain = /^\s*(\d{1,9})\s*$/.exec(text);
  if (plain) return Number(plain[1]);
  const vcpu = /^\s*(\d{0,6}(?:\.\d{1,6})?)\s*vcpu\s*$/i.exec(text);
  return vcpu ? scaled(vcpu[1], UNITS_PER_VCPU) : undefined;
}

/** MiB of `512`, `0.5GB`, `1 gb`; undefined when the text is neither. */
export function parseMemory(text: string): number | undefined {
  const plain = /^\s*(\d{1,9})\s*$/.exec(text);
  if (plain) return Number(plain[1]);
  const gb = /^\s*(\d{0,6}(?:\.\d{1,6})?)\s*gb\s*$/i.exec(text);
  return gb ? scaled(gb[1], MIB_PER_GB) : undefined;
}

function scaled(number: string | undefined, factor: number): number | undefined {
  if (number === undefined || number === '' || number === '.') return undefined;
  return Math.round(Number(number) * factor);
}
