import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import { fileKind } from '../../core/state/schema/file-kind.ts';
import type { StateFile, StateFiles } from '../../ports/ports.ts';
import { isInside, leadsOut, openStateTrust, type StateTrust } from './state-trust.ts';

const LARGEST_FILE = LIMITS.stateFile.most;
const LARGEST_STATE = LIMITS.state.most;
const MOST_FILES = LIMITS.stateFiles.most;

/**
 * State files on disk. A symbolic link to a file of the state is read, one that leads out of it is refused; one to a folder is not
 * entered, so that the walk always ends. `allowUntrusted` takes files that others may write even as root, see state-trust.ts.
 */
export function openStateFiles(options: { readonly allowUntrusted: boolean }): StateFiles {
  return {
    async read(root, found = async () => {}) {
      const trust = openStateTrust(options);
      const paths = await findPaths(root, trust);
      await found(paths);
      const files: StateFile[] = [];
      let size = 0;
      for (const name of paths) {
        const { path, bytes } = readFile(name, trust);
        size += bytes.length;
        if (size > LARGEST_STATE) throw new FwError('state.invalid', `The files at ${root} have more than 128 MB`);
        files.push({ path, text: decode(path, bytes) });
      }
      return files;
    },
    async readList(root, path) {
      if ((await kindOf(path)) === 'missing') return undefined;
      const folder = (await kindOf(root)) === 'folder' ? root : dirname(root);
      if (!isInside(folder, path)) {
        throw new FwError('state.invalid', `${path} is a link that leads out of the state`, {
          next: 'Put the file itself into the state.',
        });
      }
      return readStateFile(path, openStateTrust(options));
    },
  };
}

/** One file, under the same rules. Throws FwError. */
export function readStateFile(path: string, trust: StateTrust): StateFile {
  return { path, text: decode(path, readFile(path, trust).bytes) };
}

function readFile(path: string, trust: StateTrust): { readonly path: string; readonly bytes: Uint8Array } {
  return { path, bytes: readBytes(path, lookAt(path, trust)) };
}

/** As `StateTrust.lookAt`, with words for a path that cannot be looked at. */
function lookAt(path: string, trust: StateTrust): string {
  try {
    return trust.lookAt(path);
  } catch (error) {
    throw error instanceof FwError ? error : unreadable(path, error);
  }
}

async function findPaths(root: string, trust: StateTrust): Promise<readonly string[]> {
  const kind = await kindOf(root);
  if (kind === 'missing') throw new FwError('state.missing', `There is no state at ${root}`);
  if (kind === 'folder') return inByteOrder(await walk(root.replace(/(?<=.)\/+$/, ''), trust));
  if (fileKind(nameOf(root), true) === undefined) {
    throw new FwError('state.invalid', `${root} is no state file: its name must end in .yaml, .yml or .rules`, {
      next: 'Give the file such a name; rules.v4, rules.v6, iptables and ip6tables are taken as they are, too.',
    });
  }
  return [root];
}

async function walk(root: string, trust: StateTrust): Promise<string[]> {
  const paths: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of list(folder, trust)) {
      if (/^[._]/.test(entry.name)) continue;
      const path = folder === '/' ? `/${entry.name}` : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else if (
        fileKind(entry.name, folder === root) !== undefined &&
        (entry.isFile() || (await isStateFile(root, path)))
      )
        paths.push(path);
    }
    if (paths.length + folders.length > MOST_FILES)
      throw new FwError('state.invalid', `${root} holds more than ${MOST_FILES} state files`);
  }
  return paths;
}

/** For a link, a pipe, a device: only a link to a folder is no file of the state. */
async function isStateFile(root: string, path: string): Promise<boolean> {
  if ((await kindOf(path)) === 'folder') return false;
  try {
    if (!leadsOut(root, path)) return true;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new FwError('state.invalid', `${path} is a link that leads out of the state`, {
    next: 'Put the file itself into the state, or name it with --state.',
  });
}

/** Without promises, as files are read. */
function list(folder: string, trust: StateTrust): readonly Dirent[] {
  const real = lookAt(folder, trust);
  try {
    return readdirSync(real, { withFileTypes: true });
  } catch (error) {
    throw unreadable(folder, error);
  }
}

async function kindOf(path: string): Promise<'missing' | 'folder' | 'file'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 'missing';
    throw unreadable(path, error);
  }
}

/**
 * Opened without waiting for a pipe, and looked at once more when it is open: what was checked is what is read. Without promises: a state
 * of hundreds of files costs more in turns of the event loop than in reading.
 */
function readBytes(path: string, real: string): Uint8Array {
  const followed = real === path ? 0 : constants.O_NOFOLLOW;
  try {
    const file = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | followed);
    try {
      const found = fstatSync(file);
      // A pipe or a device has no end to wait for.
      if (!found.isFile()) throw new FwError('state.invalid', `${path} is not an ordinary file`);
      if (found.size > LARGEST_FILE) throw tooLarge(path);
      return readAtMost(file, found.size, path);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw error instanceof FwError ? error : unreadable(path, error);
  }
}

/** The size of a file is no promise: it may grow, and files of /proc have none. One byte more than the size shows the end at once. */
function readAtMost(file: number, expected: number, path: string): Uint8Array {
  const chunks: Buffer[] = [];
  let total = 0;
  for (let size = expected + 1; ; size = 1 << 16) {
    const chunk = Buffer.allocUnsafe(size);
    const length = readSync(file, chunk, 0, size, null);
    total += length;
    if (total > LARGEST_FILE) throw tooLarge(path);
    chunks.push(chunk.subarray(0, length));
    const isEnd = length === 0 || (total === expected && total > 0);
    if (isEnd) return chunks.length === 1 ? (chunks[0] ?? chunk) : Buffer.concat(chunks, total);
  }
}

function tooLarge(path: string): FwError {
  return new FwError('state.invalid', `${path} is larger than 64 MB`, {
    next: 'Split it: rules of several files of one chain follow each other in path order.',
  });
}

function decode(path: string, bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw new FwError('state.invalid', `${path} begins with a byte order mark`, {
      next: 'Save it as UTF-8 without one.',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FwError('state.invalid', `${path} is not UTF-8 text`, { next: 'Save it as UTF-8.', cause });
  }
}

function unreadable(path: string, cause: unknown): FwError {
  const reason = codeOf(cause) === 'EACCES' ? 'no permission' : (codeOf(cause) ?? 'unknown reason');
  return new FwError('state.invalid', `${path} cannot be read: ${reason}`, { cause });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The same order on every machine: that of the bytes of UTF-8, which is the order in which rules of several files follow each other. */
function inByteOrder(paths: readonly string[]): readonly string[] {
  const keyed = paths.map((path) => ({ path, bytes: Buffer.from(path) }));
  return keyed.sort((one, other) => Buffer.compare(one.bytes, other.bytes)).map(({ path }) => path);
}
