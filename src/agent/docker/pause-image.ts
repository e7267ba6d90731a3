// The pause container's image, made from nothing: one static program of a few instructions, in a tar of one file.
// The program ignores its children's ends, so that the kernel reaps orphans of a shared pid namespace, and waits for SIGTERM.
// As process 1 it would not get SIGTERM by default: it blocks the signal and waits for it by name.
import { createHash } from 'node:crypto';

export interface PauseImage {
  readonly repository: string;
  readonly tag: string;
  readonly reference: string;
  readonly tar: Uint8Array;
}

const REPOSITORY = 'longshore/pause';
const BASE = 0x400000;
const HEADERS = 64 + 56;
const MACHINE = { x64: 62, arm64: 183 } as const;

/** @param arch Node's name; others than x64 and arm64 have no program yet */
export function pauseImageTar(arch: string): PauseImage {
  const tar = tarOfOne('pause', pauseProgram(arch));
  const tag = createHash('sha256').update(tar).digest('hex').slice(0, 12);
  return { repository: REPOSITORY, tag, reference: `${REPOSITORY}:${tag}`, tar };
}

/** A static ELF executable. Throws for a machine it is not written for. */
export function pauseProgram(arch: string): Uint8Array {
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`no pause program for ${arch}`);
  const code = arch === 'x64' ? codeX64() : codeArm64();
  // The ignored action (a kernel sigaction whose handler is SIG_IGN), then the mask of SIGTERM and SIGINT.
  const data = Buffer.alloc(40);
  data.writeBigUInt64LE(1n, 0);
  data.writeBigUInt64LE((1n << 14n) | (1n << 1n), 32);
  return Buffer.concat([elfHeader(MACHINE[arch], code.length + data.length), code, data]);
}

function elfHeader(machine: number, size: number): Buffer {
  const header = Buffer.alloc(HEADERS);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16); // executable
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(BASE + HEADERS), 24); // entry
  header.writeBigUInt64LE(64n, 32); // program headers
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64); // PT_LOAD
  header.writeUInt32LE(5, 68); // read, execute
  header.writeBigUInt64LE(BigInt(BASE), 80);
  header.writeBigUInt64LE(BigInt(BASE), 88);
  header.writeBigUInt64LE(BigInt(HEADERS + size), 96);
  header.writeBigUInt64LE(BigInt(HEADERS + size), 104);
  header.writeBigUInt64LE(0x1000n, 112);
  return header;
}

/** Where the two pieces of data lie, counted from the first instruction. */
interface Offsets {
  readonly action: number;
  readonly mask: number;
}

function codeX64(): Buffer {
  const assemble = ({ action, mask }: Offsets): number[] => {
    const out: number[] = [];
    const move = (register: number, value: number): void => void out.push(0xb8 + register, ...int32(value)); // mov r32, imm32
    const address = (modrm: number, target: number): void => void out.push(0x48, 0x8d, modrm, ...int32(target - (out.length + 7))); // lea r64, [rip+d]
    const size8 = (): void => void out.push(0x41, 0xba, ...int32(8)); // mov r10d, 8
    const clearEdx = (): void => void out.push(0x31, 0xd2);
    const syscall = (): void => void out.push(0x0f, 0x05);
    const [eax, edi] = [0, 7];
    move(eax, 13); move(edi, 17); address(0x35, action); clearEdx(); size8(); syscall(); // rt_sigaction(SIGCHLD, ignore, 0, 8)
    move(eax, 14); move(edi, 0); address(0x35, mask); clearEdx(); size8(); syscall(); // rt_sigprocmask(SIG_BLOCK, mask, 0, 8)
    const again = out.length;
    move(eax, 128); address(0x3d, mask); out.push(0x31, 0xf6); clearEdx(); size8(); syscall(); // rt_sigtimedwait(mask, 0, 0, 8)
    out.push(0x85, 0xc0); // test eax, eax
    out.push(0x78, (again - (out.length + 2)) & 0xff); // js again
    move(eax, 60); out.push(0x31, 0xff); syscall(); // exit(0)
    return out;
  };
  return settle(assemble);
}

function codeArm64(): Buffer {
  const assemble = ({ action, mask }: Offsets): number[] => {
    const words: number[] = [];
    const move = (register: number, value: number): void => void words.push((0xd2800000 | (value << 5) | register) >>> 0); // movz
    const address = (register: number, target: number): void => {
      const distance = target - words.length * 4; // adr
      words.push((0x10000000 | ((distance & 3) << 29) | (((distance >> 2) & 0x7ffff) << 5) | register) >>> 0);
    };
    const call = (number: number): void => {
      move(8, number);
      words.push(0xd4000001); // svc #0
    };
    move(0, 17); address(1, action); move(2, 0); move(3, 8); call(134); // rt_sigaction
    move(0, 0); address(1, mask); move(2, 0); move(3, 8); call(135); // rt_sigprocmask
    const again = words.length;
    address(0, mask); move(1, 0); move(2, 0); move(3, 8); call(137); // rt_sigtimedwait
    words.push((0x37f80000 | (((again - words.length) & 0x3fff) << 5)) >>> 0); // tbnz w0, #31, again
    move(0, 0); call(93); // exit
    return words.flatMap(int32);
  };
  return settle(assemble);
}

/** The code's length does not depend on the offsets: assemble once to learn it, and again with them. Data is 8-aligned. */
function settle(assemble: (offsets: Offsets) => number[]): Buffer {
  const length = Math.ceil(assemble({ action: 0, mask: 0 }).length / 8) * 8;
  const code = Buffer.alloc(length);
  code.set(assemble({ action: length, mask: length + 32 }));
  return code;
}

function int32(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff];
}

/** A ustar archive with one executable file of root's, dated at the epoch: the same bytes every time. */
function tarOfOne(name: string, content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512);
  const octal = (value: number, offset: number, width: number): void => void header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset);
  header.write(name, 0);
  octal(0o755, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(0, 136, 12);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}
