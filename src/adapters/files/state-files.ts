import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { FwError } from '../../core/errors.ts';
import type { StateFile, StateFiles } from '../../ports.ts';

const LARGEST_FILE = 64 * 1024 * 1024;
const MOST_FILES = 20_000;
/** Files open at one time: enough to hide the waiting, far below the usual limit of 1,024 descriptors. */
const AT_ONCE = 32;

const STATE_FILE = /(?:\.ya?ml|\.rules|^rules\.v[46])$/;

/** State files on disk. A symbolic link to a file is read; one to a folder is not entered, so that the walk always ends. */
export const stateFiles: StateFiles = {
  async read(root) {
    const paths = await findPaths(root);
    const files: StateFile[] = [];
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      files.push(...(await Promise.all(paths.slice(from, from + AT_ONCE).map(readText))));
    }
    return files;
  },
};

async function findPaths(root: string): Promise<readonly string[]> {
  const kind = await kindOf(root);
  if (kind === 'missing') throw new FwError('state.missing', `There is no state at ${root}`);
  if (kind === 'folder') return (await walk(root.replace(/(?<=.)\/+$/, ''))).sort(byBytes);
  if (!STATE_FILE.test(nameOf(root))) {
    throw new FwError('state.invalid', `${root} is no state file: its name must end in .yaml, .yml or .rules`);
  }
  return [root];
}

async function walk(root: string): Promise<string[]> {
  const paths: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await list(folder)) {
      if (/^[._]/.test(entry.name)) continue;
      const path = folder === '/' ? `/${entry.name}` : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else if (STATE_FILE.test(entry.name) && (entry.isFile() || (await kindOf(path)) !== 'folder')) paths.push(path);
    }
    if (paths.length > MOST_FILES)
      throw new FwError('state.invalid', `${root} holds more than ${MOST_FILES} state files`);
  }
  return paths;
}

async function list(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
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

async function readText(path: string): Promise<StateFile> {
  return { path, text: decode(path, await readBytes(path)) };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    // A pipe or a device has no end to wait for.
    if (!found.isFile()) throw new FwError('state.invalid', `${path} is not an ordinary file`);
    if (found.size > LARGEST_FILE) throw new FwError('state.invalid', `${path} is larger than 64 MB`);
    return await readFile(path);
  } catch (error) {
    throw error instanceof FwError ? error : unreadable(path, error);
  }
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
function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
