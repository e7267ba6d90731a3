// The files HAProxy reads. Every structure has a folder of its own, and a link says which one counts: a configuration that is
// refused, or a crash half-way, leaves the files of the running one as they are.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRuntimeMap, type MapEntry, type Rendered } from '#core/balancer/input.ts';
import { renderFile } from '#core/balancer/render-config.ts';

/** Names everything of a configuration that needs a reload when it changes. */
export function identityOf(rendered: Rendered): string {
  const hash = createHash('sha256').update(rendered.structure);
  for (const [path, content] of rendered.files) hash.update(`\0${path}\0${content}`);
  for (const [name, entries] of rendered.maps) hash.update(`\0${name}\0${isRuntimeMap(name) ? '' : mapText(entries)}`);
  return hash.digest('hex').slice(0, 16);
}

export type ServerLines = (backend: string) => readonly string[];

export interface ConfigFolder {
  /** Writes everything of a structure; returns the path of its configuration, relative to the folder. */
  write(identity: string, rendered: Rendered, servers: ServerLines): string;
  /** From now on a start of HAProxy takes this one. */
  select(identity: string): void;
  /** The configuration that a start of HAProxy would take; empty before the first. */
  selected(): string;
  /** Servers and their states as they are now, for a restart. */
  saveStates(states: string): void;
}

/** @param folder absolute */
export function configFolder(folder: string): ConfigFolder {
  mkdirSync(join(folder, 'versions'), { recursive: true, mode: 0o700 });
  /** What all but the servers on disk is of: those change far more often. */
  let written: Rendered | undefined;
  const writeRest = (base: string, rendered: Rendered): void => {
    mkdirSync(join(base, 'maps'), { recursive: true, mode: 0o700 });
    for (const [name, entries] of rendered.maps) writeWhole(join(base, 'maps', name), mapText(entries));
    for (const [path, content] of rendered.files) writeWhole(join(base, path), content);
    written = rendered;
  };
  return {
    write(identity, rendered, servers) {
      const base = join(folder, 'versions', identity);
      if (written !== rendered) writeRest(base, rendered);
      writeWhole(join(base, 'haproxy.cfg'), renderFile(rendered.structure, identity, servers));
      return `versions/${identity}/haproxy.cfg`;
    },
    select(identity) {
      const link = join(folder, 'current');
      const before = readLink(link);
      if (before === `versions/${identity}`) return;
      rmSync(`${link}.new`, { force: true });
      symlinkSync(`versions/${identity}`, `${link}.new`);
      renameSync(`${link}.new`, link);
      for (const name of readdirSync(join(folder, 'versions'))) {
        if (name !== identity && `versions/${name}` !== before) rmSync(join(folder, 'versions', name), { recursive: true, force: true });
      }
    },
    selected() {
      try {
        return readFileSync(join(folder, 'current', 'haproxy.cfg'), 'utf8');
      } catch {
        return '';
      }
    },
    saveStates: (states) => writeWhole(join(folder, 'servers.state'), states),
  };
}

function mapText(entries: readonly MapEntry[]): string {
  return entries.map(([key, value]) => `${key} ${value}\n`).join('');
}

/** A reader sees the old file or the new one, never half of it. */
function writeWhole(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
